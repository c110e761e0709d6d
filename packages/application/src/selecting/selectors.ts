import type { AimedAgent, ConfiguredGroup, Labels, SelectorVerdict } from '@ampora/domain';
import {
  checkExpression,
  type CompiledExpression,
  compileExpression,
  type EvaluationContext,
  selectorContext,
} from '@ampora/expression';
import { Rejection } from '@ampora/kernel';

/** An agent with what selectors see of it: nothing that comes and goes with its connection or its health (adr/0025). */
export interface SelectableAgent extends AimedAgent {
  /** What it says of itself, overlaid by what the server says of it. */
  readonly labels: Labels;
  /** Names of what it can do, such as `AcceptsRemoteConfig`. */
  readonly capabilities: readonly string[];
}

export interface SelectingGroup extends ConfiguredGroup {
  readonly selector: string | null;
  /** Position of the event that gave it this selector. */
  readonly selectorPosition: bigint;
}

/** A selector that cannot be used, and where in its text. */
export interface SelectorProblem {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly message: string;
  readonly from: number;
  readonly to: number;
  readonly line: number;
  readonly column: number;
}

export interface CheckedSelector {
  readonly valid: boolean;
  readonly problems: readonly SelectorProblem[];
  /** Labels that it asks for. */
  readonly labelKeys: readonly string[];
}

export function checkSelector(text: string): CheckedSelector {
  const { valid, problems, labelKeys } = readSelector(text);
  return { valid, problems, labelKeys };
}

/** Rejects with `group/selector-invalid` and every problem, when a selector cannot be used. */
export function requireSelector(text: string): void {
  const { valid, problems } = checkSelector(text);
  if (valid) return;
  const first = problems.find(({ severity }) => severity === 'error');
  throw new Rejection(
    'group/selector-invalid',
    `The selector cannot be used: ${first ? `${first.message} (line ${first.line}, column ${first.column})` : 'it has errors.'}`,
    { problems: problems.map((problem) => ({ ...problem })) },
  );
}

function readSelector(text: string) {
  const { ok, problems, labelKeys, ast } = checkExpression(text, 'selector');
  return { valid: ok, problems, labelKeys, ast };
}

export interface Selectors {
  /** Whether a group's selector matches an agent; `error` for one that cannot be used, or not for this agent. */
  readonly verdictOf: (
    group: Pick<SelectingGroup, 'selector'>,
    agent: Pick<SelectableAgent, 'labels' | 'capabilities'>,
  ) => SelectorVerdict;
  /** Forgets every selector but those of these groups. */
  keepOnly(groups: Iterable<Pick<SelectingGroup, 'selector'>>): void;
}

/** Selectors are read once and run for every agent. */
export function createSelectors(tenant = 'default'): Selectors {
  const known = new Map<string, CompiledExpression | null>();
  const compiled = (text: string): CompiledExpression | null => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const { valid, ast } = readSelector(text);
    const made = valid ? compileExpression(ast) : null;
    known.set(text, made);
    return made;
  };
  const context = selectorContext({ labels: {}, capabilities: [], group: null, tenant });
  let last: { labels: Labels | null; capabilities: readonly string[]; context: EvaluationContext } = {
    labels: null,
    capabilities: [],
    context,
  };
  return {
    verdictOf({ selector }, { labels, capabilities }) {
      const expression = selector === null ? null : compiled(selector);
      if (!expression) return 'error';
      // One agent is asked about by all groups in turn.
      if (labels !== last.labels || capabilities !== last.capabilities)
        last = {
          labels,
          capabilities,
          context: selectorContext({ labels, capabilities, group: null, tenant }),
        };
      const answer = expression.evaluate(last.context);
      if (!answer.ok) return 'error';
      return answer.value === true ? 'match' : 'no-match';
    },
    keepOnly(groups) {
      const wanted = new Set([...groups].map(({ selector }) => selector));
      for (const text of known.keys()) if (!wanted.has(text)) known.delete(text);
    },
  };
}
