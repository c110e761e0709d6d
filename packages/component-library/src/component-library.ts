import type { Signal } from '@ampora/collector-config';
import { nearestName } from '@ampora/collector-config';

import type { SettingsNode } from './settings-node.ts';

export const componentKinds = ['receiver', 'processor', 'exporter', 'connector', 'extension'] as const;
export type ComponentKind = (typeof componentKinds)[number];

/** A level as the component's authors give it: `stable`, `beta`, `alpha`, `development`, `deprecated`, `unmaintained`. */
export type Stability = string;

export interface SignalPair {
  readonly from: Signal;
  readonly to: Signal;
}

export interface LibraryComponent {
  readonly kind: ComponentKind;
  readonly type: string;
  /** An older name that the release still takes. */
  readonly deprecatedAlias?: string;
  /** Go module path; empty when it was written by hand. */
  readonly module: string;
  /** Of the module, such as `0.149.0`; empty when it was written by hand. */
  readonly version: string;
  /** By signal; of a connector by `from→to`; of an extension under `extension`. */
  readonly stability: Readonly<Record<string, Stability>>;
  /** Of a connector: those that it can end or start a pipeline of. Empty for an extension. */
  readonly signals: readonly Signal[];
  /** Of a connector: which signal can become which. */
  readonly connectorPairs: readonly SignalPair[];
  /** It refuses to run on its defaults alone. */
  readonly needsSettings: boolean;
  /** Written by hand, not read from the component: the main settings only. */
  readonly handWritten: boolean;
  /** This release could not be asked about it: what is said here is true of that other one. */
  readonly borrowedFrom?: string;
  /** One sentence of our own; empty when there is none. */
  readonly doc: string;
  readonly settings: SettingsNode;
}

/** Whether it was read from this very release: nothing else can make an error. */
export function isCertain({ handWritten, borrowedFrom }: LibraryComponent): boolean {
  return !handWritten && borrowedFrom === undefined;
}

/** All that is known of one Collector release. Made by `loadRelease`. */
export interface ComponentLibrary {
  /** Such as `0.149.0`. */
  readonly version: string;
  readonly components: readonly LibraryComponent[];
  /** What stands under `service.telemetry`. */
  readonly telemetry: SettingsNode;
  /** By kind and type, older names included. */
  readonly byType: Readonly<Record<ComponentKind, ReadonlyMap<string, LibraryComponent>>>;
}

export function componentsOf(library: ComponentLibrary, kind?: ComponentKind): readonly LibraryComponent[] {
  return kind === undefined ? library.components : library.components.filter((one) => one.kind === kind);
}

/** A component by its type, or by an older name that the release still takes. */
export function findComponent(
  library: ComponentLibrary,
  kind: ComponentKind,
  type: string,
): LibraryComponent | undefined {
  return library.byType[kind].get(type);
}

/** The type of that kind that was probably meant. */
export function nearestType(
  library: ComponentLibrary,
  kind: ComponentKind,
  type: string,
): string | undefined {
  return nearestName(type, library.byType[kind].keys());
}
