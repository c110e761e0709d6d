import { maskedValue, secretKey } from './bounded-value.ts';

const harmless = /^(?:\$\{[^}]*\}|["']{2}|null|~|true|false|[|>][+-]?\d*)\s*(?:#.*)?$/;
const credentials = /([a-z][a-z\d+.-]{0,30}:\/\/)([^\s/?#"'@]{1,500})@/gi;

/**
 * The text with the values of keys that name a secret, and credentials in addresses, replaced line for line: line
 * numbers stay true. References such as `${env:TOKEN}` stay, for they show where a secret comes from and not what it
 * is. Works on any text, whether it parses or not, in time linear in its length.
 */
export function maskSecrets(text: string): string {
  let hiddenDeeperThan: number | undefined;
  let bareDeeperThan: number | undefined;
  return text
    .split('\n')
    .map((line) => {
      const indent = line.search(/\S/);
      if (hiddenDeeperThan !== undefined) {
        if (indent > hiddenDeeperThan) return `${' '.repeat(indent)}${maskedValue}`;
        if (indent >= 0) hiddenDeeperThan = undefined;
      }
      if (bareDeeperThan !== undefined && indent >= 0) {
        const isBelow = indent > bareDeeperThan || (indent === bareDeeperThan && line[indent] === '-');
        const masked = isBelow ? maskBare(line) : undefined;
        if (masked !== undefined) return masked;
        if (!isBelow) bareDeeperThan = undefined;
      }
      const entry = readEntry(line);
      if (entry === undefined || !secretKey.test(entry.key)) return maskWithin(line);
      const value = line.slice(entry.valueStart);
      if (value === '' || value.startsWith('#')) bareDeeperThan = indent;
      if (/^[|>]/.test(value)) hiddenDeeperThan = indent;
      const isShown = value === '' || value.startsWith('#') || harmless.test(value.trimEnd());
      return isShown || /^[|>]/.test(value) ? line : line.slice(0, entry.valueStart) + maskedValue;
    })
    .join('\n');
}

/** An address without the user name and password in it; references among them stay. */
export function maskCredentials(text: string): string {
  return text.replaceAll(credentials, (whole: string, scheme: string, user: string) =>
    /^(?:\$\{[^}]*\}:?)+$/.test(user) ? whole : `${scheme}${maskedValue}@`,
  );
}

interface Entry {
  readonly key: string;
  readonly valueStart: number;
}

/** The `key: value` that a line is, dashes before it passed over. */
function readEntry(line: string): Entry | undefined {
  const start = /^\s*(?:-\s+)*/.exec(line)?.[0].length ?? 0;
  const entry = readPair(line, start);
  if (entry === undefined) return undefined;
  // Without a space after it, a colon at the end of a plain word belongs to the word.
  const isSeparated = /[\s]/.test(line[entry.valueStart - 1] ?? ' ') || entry.valueStart === line.length;
  return isSeparated ? entry : undefined;
}

/** A key, quoted or not, and the colon after it, from an offset on. */
function readPair(line: string, start: number): Entry | undefined {
  const quote = line[start];
  const isQuoted = quote === '"' || quote === "'";
  const end = isQuoted ? line.indexOf(quote, start + 1) : indexOfAny(line, keyEnds, start);
  if (end <= start) return undefined;
  const key = isQuoted ? line.slice(start + 1, end) : line.slice(start, end);
  const colon = skipSpaces(line, isQuoted ? end + 1 : end);
  return line[colon] === ':' ? { key, valueStart: skipSpaces(line, colon + 1) } : undefined;
}

const keyEnds = new Set('"\':#{}[],');
const valueEnds = new Set(',{}[]');

function indexOfAny(line: string, signs: ReadonlySet<string>, from: number): number {
  for (let at = from; at < line.length; at++) if (signs.has(line[at] ?? '')) return at;
  return -1;
}

function skipSpaces(line: string, from: number): number {
  let at = from;
  while (line[at] === ' ' || line[at] === '\t' || line[at] === '\r') at++;
  return at;
}

function maskWithin(line: string): string {
  const shown = line.includes('{') || line.includes(',') ? maskInBrackets(line) : line;
  return shown.includes('://') ? maskCredentials(shown) : shown;
}

/** Pairs after `{` or `,`. */
function maskInBrackets(line: string): string {
  const parts: string[] = [];
  let kept = 0;
  for (let at = 0; at < line.length; at++) {
    if (line[at] !== '{' && line[at] !== ',') continue;
    const pair = readPair(line, skipSpaces(line, at + 1));
    if (pair === undefined || !secretKey.test(pair.key)) continue;
    const end = endOfValue(line, pair.valueStart);
    const value = line.slice(pair.valueStart, end).trim();
    if (value === '' || harmless.test(value)) continue;
    parts.push(line.slice(kept, pair.valueStart), maskedValue);
    kept = end;
    at = end - 1;
  }
  return parts.join('') + line.slice(kept);
}

function endOfValue(line: string, start: number): number {
  const first = line[start];
  const close = first === '[' ? ']' : first === '"' || first === "'" ? first : undefined;
  if (close === undefined) {
    const from = line.startsWith('${', start) ? line.indexOf('}', start) + 1 : start;
    const end = indexOfAny(line, valueEnds, Math.max(from, start));
    return end === -1 ? line.length : end;
  }
  for (let at = start + 1; at < line.length; at++) {
    if (first === '"' && line[at] === '\\') at++;
    else if (line[at] === close) {
      if (first !== "'" || line[at + 1] !== "'") return at + 1;
      at++;
    }
  }
  return line.length;
}

/** A list item or a text of its own below a key that names a secret; undefined for a key of its own. */
function maskBare(line: string): string | undefined {
  const lead = /^\s*(?:-\s+)*/.exec(line)?.[0] ?? '';
  const value = line.slice(lead.length);
  if (value === '' || value.startsWith('#') || harmless.test(value.trimEnd())) return undefined;
  return readEntry(line) === undefined ? `${lead}${maskedValue}` : undefined;
}
