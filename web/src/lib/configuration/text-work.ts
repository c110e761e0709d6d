import type { Finding } from '@ampora/api-contract';

/** What the text worker is asked, and what it answers. */
export interface TextWork {
  readonly check: { readonly asked: { readonly text: string }; readonly answer: TextCheck };
  readonly compare: {
    readonly asked: { readonly before: string; readonly after: string };
    /** Null when one of the two cannot be read. */
    readonly answer: readonly MeaningChange[] | null;
  };
}
export type TextTask = keyof TextWork;

/** What can be said of a text without asking the server. */
export interface TextCheck {
  readonly findings: readonly Finding[];
  /** What the text defines, by section; null when it cannot be read. */
  readonly defined: Readonly<Record<string, readonly string[]>> | null;
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
