import type {
  ConfigEdit,
  EditResult,
  Finding,
  GraphLayout,
  PipelineGraph,
  SemanticChangeKind,
} from '@ampora/collector-config';
import type { ComponentKind, SettingsDefault, SettingsType, SignalPair } from '@ampora/component-library';

/** A step of a path: a key, or the place in a list. */
type PathStep = string | number;

/** A configuration's text as it is drawn. Made by the text worker. */
export interface Drawing {
  readonly graph: PipelineGraph;
  readonly layout: GraphLayout;
  /** In words, lane by lane. */
  readonly description: string;
  /** Why a lane or a node cannot be edited here, by its key; absent for those that can. */
  readonly locks: ReadonlyMap<string, Lock>;
  /** Lines that were left out because they cannot be read; empty for a text that can. */
  readonly without: readonly number[];
}

export interface Lock {
  readonly message: string;
  /** Only a part below is locked. */
  readonly isPartial: boolean;
}

/** A kind of component that can be put on the canvas. */
export interface PaletteItem {
  readonly kind: ComponentKind;
  readonly type: string;
  readonly doc: string;
  readonly signals: readonly string[];
  readonly connectorPairs: readonly SignalPair[];
  /** It does not run on its defaults alone. */
  readonly needsSettings: boolean;
  readonly handWritten: boolean;
}

/** One setting of a component, as a form shows it. */
export interface FormField {
  readonly path: readonly PathStep[];
  readonly name: string;
  readonly type: SettingsType;
  readonly default?: SettingsDefault;
  readonly doc: string;
  readonly enum?: readonly string[];
  readonly isNeeded: boolean;
  /** Does nothing until it is written. */
  readonly isOff: boolean;
  readonly isSet: boolean;
  /** What stands there, when it is one word. */
  readonly value: string | number | boolean | null;
  /** Members of a mapping or list. */
  readonly members: number;
  /** How it is edited: as one word, by what is in it, or as YAML. */
  readonly edited: 'word' | 'below' | 'yaml';
  /** For what is edited as YAML. */
  readonly source: string;
  /** Why it is read-only; null when it is not. */
  readonly lock: string | null;
}

/** What stands at one place of a component's settings, and what may. */
export interface FormLevel {
  readonly doc: string;
  readonly kind: 'struct' | 'map' | 'list' | 'any';
  readonly fields: readonly FormField[];
  /** Of a list or map: what a new member is to be. */
  readonly element: SettingsType | null;
  /** The library knows what can stand here. */
  readonly isKnown: boolean;
  readonly lock: string | null;
}

/** What the canvas asks of the text worker. */
export interface CanvasWork {
  readonly draw: {
    readonly asked: {
      readonly text: string;
      readonly findings: readonly Finding[];
      /** Whether it matters what can be edited. */
      readonly withLocks: boolean;
    };
    /** Null when nothing of the text can be drawn. */
    readonly answer: Drawing | null;
  };
  readonly edit: {
    readonly asked: { readonly text: string; readonly edits: readonly ConfigEdit[] };
    readonly answer: EditResult;
  };
  readonly svg: {
    readonly asked: {
      readonly text: string;
      readonly findings: readonly Finding[];
      readonly theme: 'light' | 'dark';
      readonly title: string;
    };
    readonly answer: string | null;
  };
  readonly palette: {
    readonly asked: { readonly release: string };
    readonly answer: readonly PaletteItem[];
  };
  readonly level: {
    readonly asked: { readonly text: string; readonly release: string; readonly path: readonly PathStep[] };
    readonly answer: FormLevel;
  };
  readonly setYaml: {
    readonly asked: { readonly text: string; readonly path: readonly PathStep[]; readonly yaml: string };
    readonly answer: EditResult;
  };
  /** What was added, removed or changed in a drawing: by path of the component or pipeline. */
  readonly differences: {
    readonly asked: { readonly before: string; readonly after: string };
    readonly answer: ReadonlyMap<string, SemanticChangeKind>;
  };
}
