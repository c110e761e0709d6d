import type { ConfigMap, ConfigValue } from '../config-value.ts';
import { isConfigList, isConfigMap } from '../config-value.ts';
import { readPlainScalar } from '../read-scalar.ts';

export type Quote = '"' | "'" | '';

// Words that some reader of YAML takes for a truth value, though a Collector does not.
const truthWord = /^(y|n|yes|no|on|off|true|false|null|~)$/i;
const numberOrTime = /^[-+]?(\.?\d[\d_.]*([eE][-+]?\d+)?|0[xob][\da-f_]+|\d{4}-\d{1,2}-\d{1,2}.*|[\d:]+)$/i;
const controls = '\\u0000-\\u001F\\u007F-\\u009F\\u2028\\u2029\\uFEFF\\uFFFE\\uFFFF';
const control = new RegExp(`[${controls}]`);
const plain = new RegExp(
  `^(?![-?:,[\\]{}#&*!|>'"%@\`=<\\s])(?!.*(: | #|\\t))[^${controls}]*[^\\s:${controls}]$`,
);

/** A scalar on one line: plain where that is safe, else in quotes. `isFlow`: inside brackets. */
export function renderScalar(
  value: string | number | boolean | null,
  isFlow: boolean,
  quote: Quote = '',
): string {
  if (typeof value !== 'string') return value === null ? 'null' : String(value);
  if (quote === "'" && !control.test(value)) return `'${value.replaceAll("'", "''")}'`;
  const isPlain =
    quote === '' &&
    plain.test(value) &&
    !(isFlow && /[,[\]{}]|:$/.test(value)) &&
    !truthWord.test(value) &&
    !numberOrTime.test(value) &&
    readPlainScalar(value) === value;
  return isPlain ? value : renderQuoted(value);
}

function renderQuoted(text: string): string {
  return JSON.stringify(text).replaceAll(
    new RegExp('[\\u007F-\\u009F\\u2028\\u2029\\uFEFF\\uFFFE\\uFFFF]', 'g'),
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Any value on one line, as inside brackets. */
export function renderFlow(value: ConfigValue): string {
  if (isConfigList(value)) return `[${value.map(renderFlow).join(', ')}]`;
  if (!isConfigMap(value)) return renderScalar(value, true);
  const entries = Object.entries(value).map(([key, one]) =>
    one === null ? `${renderKey(key, true)}:` : `${renderKey(key, true)}: ${renderFlow(one)}`,
  );
  return `{${entries.join(', ')}}`;
}

export function renderKey(key: string, isFlow: boolean, quote: Quote = ''): string {
  return renderScalar(key, isFlow, quote);
}

export interface BlockStyle {
  /** Spaces per level. */
  readonly step: number;
  /** Multi-line texts may be written as literal blocks. */
  readonly allowsLiteral: boolean;
}

/** The lines of `key: value` at an indentation. */
export function renderEntry(
  key: string,
  value: ConfigValue,
  indent: number,
  style: BlockStyle,
): readonly string[] {
  return withHead(`${' '.repeat(indent)}${renderKey(key, false)}:`, value, indent, style);
}

/** The lines of a mapping's entries at an indentation. */
export function renderEntries(map: ConfigMap, indent: number, style: BlockStyle): readonly string[] {
  return Object.entries(map).flatMap(([key, value]) => renderEntry(key, value, indent, style));
}

/** The lines of `- value` at an indentation. */
export function renderItem(value: ConfigValue, indent: number, style: BlockStyle): readonly string[] {
  const dash = `${' '.repeat(indent)}-`;
  if (!isConfigMap(value) || Object.keys(value).length === 0) return withHead(dash, value, indent, style);
  const [first = '', ...rest] = renderEntries(value, indent + 2, style);
  return [`${dash} ${first.trimStart()}`, ...rest];
}

function withHead(head: string, value: ConfigValue, indent: number, style: BlockStyle): readonly string[] {
  if (value === null) return [head];
  const inner = indent + style.step;
  if (isConfigMap(value) && Object.keys(value).length > 0)
    return [head, ...renderEntries(value, inner, style)];
  if (isConfigList(value) && value.some((one) => one !== null && typeof one === 'object'))
    return [head, ...value.flatMap((one) => renderItem(one, inner, style))];
  if (typeof value !== 'string') return [`${head} ${renderFlow(value)}`];
  const literal = style.allowsLiteral ? renderLiteral(value, inner) : undefined;
  if (literal === undefined) return [`${head} ${renderScalar(value, false)}`];
  return [`${head} ${literal[0] ?? ''}`, ...literal.slice(1)];
}

const inLiteral = new RegExp(
  '[\\u0000-\\u0008\\u000B-\\u001F\\u007F-\\u009F\\u2028\\u2029\\uFEFF\\uFFFE\\uFFFF]',
);

/** Header and lines of a text of several lines as a literal block; undefined when it cannot be one. */
export function renderLiteral(text: string, indent: number): readonly string[] | undefined {
  if (!/\S[^]*\n|\n[^]*\S/.test(text) || inLiteral.test(text) || /^[\n\s]/.test(text)) return undefined;
  const endings = /\n*$/.exec(text)?.[0].length ?? 0;
  const header = endings === 0 ? '|-' : endings === 1 ? '|' : '|+';
  const lines = (endings === 0 ? text : text.slice(0, -1)).split('\n');
  return [header, ...lines.map((line) => (line === '' ? '' : `${' '.repeat(indent)}${line}`))];
}
