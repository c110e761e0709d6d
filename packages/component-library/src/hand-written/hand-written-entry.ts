import type { Signal } from '@ampora/collector-config';

import type { ComponentKind } from '../component-library.ts';
import type { SettingsDefault, SettingsType } from '../settings-node.ts';

/** A main setting. Its path in the entry has its keys joined by dots; `[]` after a key says that it is a list. */
export interface HandWrittenField {
  readonly type: Exclude<SettingsType, 'struct'>;
  readonly doc: string;
  readonly default?: SettingsDefault;
  readonly enum?: readonly string[];
}

/**
 * A common component whose module is not to be had where the library is generated: what is publicly known of it, the
 * main settings only. Nothing in it ever makes an error.
 */
export interface HandWrittenEntry {
  readonly kind: ComponentKind;
  readonly type: string;
  readonly doc: string;
  /** Of a receiver, processor or exporter. */
  readonly signals?: readonly Signal[];
  /** Of a connector. */
  readonly pairs?: readonly (readonly [from: Signal, to: Signal])[];
  readonly needsSettings?: boolean;
  readonly fields: Readonly<Record<string, HandWrittenField>>;
}
