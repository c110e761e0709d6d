import type { Finding } from '@ampora/api-contract';

/** What the text worker is asked, and what it answers. */
export interface TextWork {
  readonly check: { readonly asked: { readonly text: string }; readonly answer: TextCheck };
}
export type TextTask = keyof TextWork;

/** What can be said of a text without asking the server. */
export interface TextCheck {
  readonly findings: readonly Finding[];
  /** What the text defines, by section; null when it cannot be read. */
  readonly defined: Readonly<Record<string, readonly string[]>> | null;
}

export interface TextRequest {
  readonly id: number;
  readonly task: TextTask;
  readonly asked: TextWork[TextTask]['asked'];
}
export type TextAnswer =
  | { readonly id: number; readonly ok: true; readonly answer: TextWork[TextTask]['answer'] }
  | { readonly id: number; readonly ok: false; readonly reason: string };
