import type { YamlPlace } from './yaml-place.ts';

/** Where help is wanted. The text is made only when somebody reads it. */
export interface Asked {
  readonly text: () => string;
  /** Line of the cursor, from 1. */
  readonly line: number;
  readonly place: YamlPlace;
}

/** Something that may be written at the cursor. */
export interface Suggestion {
  readonly label: string;
  readonly kind: 'component' | 'reference' | 'field' | 'value' | 'section';
  readonly detail?: string;
  readonly doc?: string;
  /** What is written, when that is not the label. */
  readonly insert?: string;
}

/** What is known about the thing under the cursor. */
export interface Description {
  readonly title: string;
  /** Short lines: kind, type and default, stability, signals. */
  readonly facts: readonly string[];
  readonly doc: string | null;
}

/** Knows what can be written and what things are. Neither answer may throw. */
export interface Assistant {
  suggest(asked: Asked): Promise<readonly Suggestion[]>;
  describe(asked: Asked): Promise<Description | null>;
}
