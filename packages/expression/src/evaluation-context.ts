import type { ValueMap } from './value.ts';

/** What the names in an expression stand for. */
export interface EvaluationContext {
  /** Roots of paths: `agent`, `config`, `tenant`. */
  readonly roots: ValueMap;
  /** Where a path that starts with no root is looked up whole: the labels of an agent. */
  readonly bare?: ValueMap;
}

export interface SelectorInput {
  /** Reported attributes overlaid by the labels that the server set. */
  readonly labels: Readonly<Record<string, string>>;
  /** Names such as `AcceptsRemoteConfig`. */
  readonly capabilities: readonly string[];
  readonly group: string | null;
  readonly tenant: string;
}

/** The context of a selector for one agent. Costs a few small objects: 10,000 of them are nothing. */
export function selectorContext({ labels, capabilities, group, tenant }: SelectorInput): EvaluationContext {
  return {
    roots: { agent: { description: labels, capabilities, group }, capability: capabilities, tenant },
    bare: labels,
  };
}
