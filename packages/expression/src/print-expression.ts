import { isKeyword } from './read-tokens.ts';
import type { Expression, LiteralValue, PathStep } from './syntax-tree.ts';

/** The canonical text of a tree: reading it again gives the same tree, places apart. A missing part prints as `?`. */
export function printExpression(node: Expression): string {
  switch (node.kind) {
    case 'literal':
      return printLiteral(node.literal);
    case 'path':
      return printPath(node.steps);
    case 'call':
      return `${node.name}(${node.args.map(printExpression).join(', ')})`;
    case 'not':
      return `not ${isTight(node.operand) || node.operand.kind === 'not' ? printExpression(node.operand) : inBrackets(node.operand)}`;
    case 'and':
    case 'or':
      return node.operands.map((operand) => printOperandOf(node.kind, operand)).join(` ${node.kind} `);
    case 'comparison':
      return `${printValue(node.left)} ${node.operator} ${printValue(node.right)}`;
    case 'in':
      return `${printValue(node.left)} in (${node.items.map(printExpression).join(', ')})`;
    case 'matches':
      return `${printValue(node.left)} matches ${printText(node.pattern)}`;
    case 'has-key':
      return `${node.target === null ? '' : `${printValue(node.target)} `}has-key ${printKey(node.key)}`;
    case 'any':
    case 'all':
      return `${node.kind} (${printExpression(node.list)})${node.name === null ? '' : ` as ${node.name}`} where ${printExpression(node.condition)}`;
    case 'missing':
      return '?';
  }
}

function printOperandOf(kind: 'and' | 'or', node: Expression): string {
  const binds = isTight(node) || node.kind === 'not' || (kind === 'or' && node.kind === 'and');
  return binds ? printExpression(node) : inBrackets(node);
}

/** Comparisons and what binds closer. */
function isTight(node: Expression): boolean {
  return isValue(node) || ['comparison', 'in', 'matches', 'has-key'].includes(node.kind);
}

function isValue(node: Expression): boolean {
  return ['literal', 'path', 'call', 'missing'].includes(node.kind);
}

function printValue(node: Expression): string {
  return isValue(node) ? printExpression(node) : inBrackets(node);
}

function inBrackets(node: Expression): string {
  return `(${printExpression(node)})`;
}

function printLiteral(literal: LiteralValue): string {
  if (literal.type === 'null') return 'null';
  if (literal.type === 'string') return printText(literal.value);
  return literal.type === 'duration' ? literal.text : String(literal.value);
}

/** A path as it is written: `agent.description["a key"].x`, `receivers[0]`. */
export function printPath(steps: readonly PathStep[]): string {
  return steps.map((step, index) => (index === 0 ? step.key : printStep(step))).join('');
}

function printStep({ key, bracketed }: PathStep): string {
  if (!bracketed) return `.${key}`;
  return /^(0|[1-9]\d{0,14})$/.test(key) ? `[${key}]` : `[${printText(key)}]`;
}

export function printKey(key: string): string {
  const isPlain =
    /^[A-Za-z_][\w/-]*(\.[\w/-]+)*$/.test(key) && !isKeyword((key.split('.')[0] ?? '').toLowerCase());
  return isPlain ? key : printText(key);
}

/** A text in quotes; in single ones where a backslash would have to be doubled. */
export function printText(value: string): string {
  if (value.includes('\\') && !hasUnprintable(value)) return `'${value.replaceAll("'", "''")}'`;
  let text = '"';
  for (const unit of value.split('')) text += escapes[unit] ?? (isUnprintable(unit) ? toEscape(unit) : unit);
  return `${text}"`;
}

const escapes: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\',
};

function hasUnprintable(value: string): boolean {
  return value.split('').some(isUnprintable);
}

function isUnprintable(unit: string): boolean {
  const code = unit.charCodeAt(0);
  return code < 0x20 || code === 0x7f || code === 0x2028 || code === 0x2029;
}

function toEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
