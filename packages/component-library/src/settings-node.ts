/**
 * What stands in one place of a component's settings. `secret` is text that is never shown; `id` names a component;
 * `text` is a word with a grammar of its own; `any` is a place of which nothing is known.
 */
export type SettingsType =
  | 'string'
  | 'secret'
  | 'int'
  | 'uint'
  | 'float'
  | 'bool'
  | 'duration'
  | 'id'
  | 'text'
  | 'struct'
  | 'list'
  | 'map'
  | 'any';

export type SettingsDefault =
  | string
  | number
  | boolean
  | null
  | readonly (string | number | boolean)[]
  | Readonly<Record<string, string | number | boolean>>;

/** A place in the settings of a component. Nodes are shared between components: never keep anything by their identity. */
export interface SettingsNode {
  readonly type: SettingsType;
  /** Of a `struct`, by name, in the order of the component's source. */
  readonly fields?: ReadonlyMap<string, SettingsNode>;
  /** Of a `list` or a `map`; of a `struct` that is open, what its other keys hold. */
  readonly element?: SettingsNode;
  readonly default?: SettingsDefault;
  /** `off`: does nothing until written. `unset`: takes its defaults once the key is written. `on`: holds from the start. */
  readonly optional?: 'off' | 'unset' | 'on';
  /** The shapes that the Collector's decoder takes, one letter each (`shapesOf`). Absent where that is not known. */
  readonly accepts?: string;
  /** The words that are taken, as far as they are known. */
  readonly enum?: readonly string[];
  /** The words are taken in capitals too. */
  readonly isAnyCase?: boolean;
  /** Keys that are not listed are taken too. */
  readonly isOpen: boolean;
  /** Settings that depend on the word which stands under `discriminator`. */
  readonly variants?: {
    readonly discriminator: string;
    readonly by: ReadonlyMap<string, SettingsNode>;
  };
}
