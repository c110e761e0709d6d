import { RE2JS, RE2JSException } from 're2js';

/** Longer patterns are refused. In UTF-16 units. */
export const maxPatternLength = 500;
/** Larger automata are refused: repeats multiply what they repeat. */
const maxProgramSize = 2_000;
/** All automata of one expression together: each costs time to build and memory to keep. */
export const maxPatternCost = 4_000;

export interface RegularExpression {
  /** True when the pattern occurs anywhere in the text. Time: linear in the text, times `cost` at worst. */
  test(text: string): boolean;
  /** Instructions of the automaton. */
  readonly cost: number;
}

export type CompiledPattern =
  | { readonly ok: true; readonly expression: RegularExpression }
  | { readonly ok: false; readonly message: string };

/** Compiles an RE2 pattern: no back-references and no look-around, so no text can make it run for ever. */
export function compilePattern(pattern: string): CompiledPattern {
  if (pattern.length > maxPatternLength)
    return {
      ok: false,
      message: `A pattern has at most ${maxPatternLength} characters, this one ${pattern.length}.`,
    };
  try {
    const compiled = RE2JS.compile(pattern);
    const cost = compiled.programSize();
    if (cost > maxProgramSize)
      return { ok: false, message: 'This pattern repeats too much: lower the counts in {…}.' };
    return { ok: true, expression: { test: (text) => compiled.test(text), cost } };
  } catch (error) {
    return { ok: false, message: explain(error, pattern) };
  }
}

function explain(error: unknown, pattern: string): string {
  const reason =
    error instanceof RE2JSException
      ? error.message.replace(/^error parsing regexp: /, '')
      : 'it cannot be read';
  const isLookAround = /\(\?<?[=!]/.test(pattern);
  const advice = isLookAround
    ? ' Look-ahead and look-behind would not run in bounded time: join two conditions with and instead.'
    : /\\[1-9]/.test(pattern)
      ? ' Back-references would not run in bounded time.'
      : '';
  return `This is no regular expression: ${reason}.${advice}`;
}
