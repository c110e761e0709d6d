import type { Finding } from '@ampora/api-contract';
import type { CanvasWork } from '#lib/canvas/drawing.ts';
import type { Description, Suggestion } from '#lib/code/assistant.ts';

/** A step of a path: a key, or the place in a list. */
export type PathStep = string | number;

/** What the text worker is asked, and what it answers. */
export interface TextWork extends CanvasWork {
  readonly check: {
    /** An empty release is the usual one. */
    readonly asked: { readonly text: string; readonly release: string };
    readonly answer: TextCheck;
  };
  readonly compare: {
    readonly asked: { readonly before: string; readonly after: string };
    /** Null when one of the two cannot be read. */
    readonly answer: readonly MeaningChange[] | null;
  };
  readonly suggest: {
    readonly asked: {
      readonly text: string;
      readonly release: string;
      /** Line of the cursor, from 1: what stands there is half written. */
      readonly line: number;
      readonly path: readonly PathStep[];
      readonly role: 'key' | 'value' | 'item';
    };
    readonly answer: readonly Suggestion[];
  };
  readonly describe: {
    readonly asked: { readonly release: string; readonly path: readonly PathStep[] };
    readonly answer: Description | null;
  };
  /** The releases whose components are known, the newest first. */
  readonly releases: { readonly asked: null; readonly answer: readonly KnownRelease[] };
}
export type TextTask = keyof TextWork;

export interface KnownRelease {
  readonly version: string;
  readonly default: boolean;
}

/** What can be said of a text without asking the server. */
export interface TextCheck {
  readonly findings: readonly Finding[];
  readonly isReadable: boolean;
}

/** One difference in meaning, with where it stands in the later text. */
export interface MeaningChange {
  readonly kind: 'added' | 'removed' | 'modified' | 'moved';
  readonly path: string;
  readonly before: string | number | boolean | null;
  readonly after: string | number | boolean | null;
  readonly sentence: string;
  /** From 1; absent for what only the earlier text has. */
  readonly line?: number;
}

export type TextRequest = {
  readonly [Task in TextTask]: {
    readonly id: number;
    readonly task: Task;
    readonly asked: TextWork[Task]['asked'];
  };
}[TextTask];
export type TextAnswer =
  | { readonly id: number; readonly ok: true; readonly answer: TextWork[TextTask]['answer'] }
  | { readonly id: number; readonly ok: false; readonly reason: string };
