import type { SettingsDefault, SettingsType } from './settings-node.ts';

/**
 * One release as it is kept: what the generator read from the real components. `nodes` is a table in which equal parts
 * (TLS, retries, queues) stand once; a node names others by their index, always a smaller one.
 */
export interface ReleaseData {
  readonly version: string;
  readonly components: readonly ComponentData[];
  /** What stands under `service.telemetry`. */
  readonly telemetry: number;
  /** What the decoder takes in a place of that type, where the node says nothing else. */
  readonly accepts: Readonly<Partial<Record<SettingsType, string>>>;
  readonly nodes: readonly NodeData[];
}

export interface ComponentData {
  readonly kind: string;
  readonly type: string;
  readonly module: string;
  readonly version: string;
  readonly deprecatedAlias?: string;
  /** By signal; of a connector by `from→to`; of an extension under `extension`. */
  readonly stability: Readonly<Record<string, string>>;
  readonly needsSettings?: boolean;
  readonly settings: number;
}

export interface NodeData {
  readonly type: SettingsType;
  readonly fields?: readonly (readonly [name: string, node: number])[];
  readonly element?: number;
  readonly default?: SettingsDefault;
  readonly optional?: 'off' | 'unset' | 'on';
  readonly accepts?: string;
  readonly enum?: readonly string[];
  readonly anyCase?: boolean;
  readonly open?: boolean;
  readonly discriminator?: string;
  readonly variants?: readonly (readonly [word: string, node: number])[];
}
