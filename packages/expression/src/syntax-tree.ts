/** Offsets into the text, in UTF-16 units; `to` is exclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export type ComparisonOperator = '=' | '!=' | '<' | '<=' | '>' | '>=';

export type LiteralValue =
  | { readonly type: 'null' }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  /** `text` is kept as it was written: `60s` stays `60s`. */
  | { readonly type: 'duration'; readonly text: string; readonly nanoseconds: number };

/** One step of a path. Steps written with dots may together name one key (`service.name`); a bracketed one never joins. */
export interface PathStep extends Span {
  readonly key: string;
  readonly bracketed: boolean;
}

export type Literal = Span & { readonly kind: 'literal'; readonly literal: LiteralValue };
export type Path = Span & { readonly kind: 'path'; readonly steps: readonly PathStep[] };
export type Call = Span & {
  readonly kind: 'call';
  readonly name: string;
  readonly nameSpan: Span;
  readonly args: readonly Expression[];
};
export type Not = Span & { readonly kind: 'not'; readonly operand: Expression };
export type Logical = Span & { readonly kind: 'and' | 'or'; readonly operands: readonly Expression[] };
export type Comparison = Span & {
  readonly kind: 'comparison';
  readonly operator: ComparisonOperator;
  readonly left: Expression;
  readonly right: Expression;
};
export type Membership = Span & {
  readonly kind: 'in';
  readonly left: Expression;
  readonly items: readonly Expression[];
};
export type Matches = Span & {
  readonly kind: 'matches';
  readonly left: Expression;
  readonly pattern: string;
  readonly patternSpan: Span;
};
/** `target` is null where the operator stands first: the labels, or the element of a quantifier, are meant. */
export type HasKey = Span & {
  readonly kind: 'has-key';
  readonly target: Expression | null;
  readonly key: string;
};
export type Quantifier = Span & {
  readonly kind: 'any' | 'all';
  readonly list: Expression;
  readonly name: string | null;
  readonly condition: Expression;
};
/** Where something could not be read: only in a tree whose text has errors. */
export type Missing = Span & { readonly kind: 'missing' };

export type Expression =
  Literal | Path | Call | Not | Logical | Comparison | Membership | Matches | HasKey | Quantifier | Missing;

/** The expressions directly inside one. */
export function childrenOf(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case 'literal':
    case 'path':
    case 'missing':
      return [];
    case 'call':
      return node.args;
    case 'not':
      return [node.operand];
    case 'and':
    case 'or':
      return node.operands;
    case 'comparison':
      return [node.left, node.right];
    case 'in':
      return [node.left, ...node.items];
    case 'matches':
      return [node.left];
    case 'has-key':
      return node.target === null ? [] : [node.target];
    case 'any':
    case 'all':
      return [node.list, node.condition];
  }
}
