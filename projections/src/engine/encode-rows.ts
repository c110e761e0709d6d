import type { Column, ColumnType, Row } from './projection.ts';
import { toStorable, toStorableText } from './storable-text.ts';

type Columns = readonly (readonly [name: string, column: Column])[];

const isoTimes = new Map<number, string>();
const keptTimes = 5_000;

/** Rows that come together mostly share their times. */
function toIso(ms: number): string {
  const known = isoTimes.get(ms);
  if (known !== undefined) return known;
  if (isoTimes.size >= keptTimes) isoTimes.clear();
  const iso = new Date(ms).toISOString();
  isoTimes.set(ms, iso);
  return iso;
}

/** A value as PostgreSQL's input function of its type takes it; undefined for null. */
function textOf(type: ColumnType, value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  switch (type) {
    case 'timestamptz':
      return toIso(value as number);
    case 'json':
    case 'jsonb':
      return toStorableText(JSON.stringify(value));
    case 'boolean':
      return value === true ? 't' : 'f';
    case 'text':
      return toStorable(String(value));
    default:
      return String(value);
  }
}

function escapeForCopy(text: string): string {
  if (!/[\\\t\n\r]/.test(text)) return text;
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('\t', '\\t')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r');
}

/** Types whose text never holds what COPY reads as its own. */
const plainTypes: ReadonlySet<ColumnType> = new Set([
  'uuid',
  'bigint',
  'integer',
  'smallint',
  'boolean',
  'timestamptz',
]);

/** Rows in COPY's text format. */
export function toCopyText(columns: Columns, rows: readonly Row[]): string {
  let text = '';
  for (const row of rows) {
    let separator = '';
    for (const [name, { type }] of columns) {
      const value = textOf(type, row[name]);
      text += separator;
      separator = '\t';
      if (value === undefined) text += '\\N';
      else text += plainTypes.has(type) ? value : escapeForCopy(value);
    }
    text += '\n';
  }
  return text;
}

const textType = 25;

/**
 * A `text[]` in PostgreSQL's binary array format: the driver's own arrays quote and escape each value on the way out,
 * and PostgreSQL undoes it on the way in. A Buffer parameter is sent as it is.
 */
export function toTextArray(values: readonly (string | undefined)[]): Buffer {
  let size = 20 + 4 * values.length;
  let hasNull = 0;
  const lengths = values.map((value) => {
    const length = value === undefined ? -1 : Buffer.byteLength(value);
    if (length > 0) size += length;
    if (length < 0) hasNull = 1;
    return length;
  });
  const buffer = Buffer.allocUnsafe(size);
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(hasNull, 4);
  buffer.writeInt32BE(textType, 8);
  buffer.writeInt32BE(values.length, 12);
  let offset = buffer.writeInt32BE(1, 16);
  for (const [index, length] of lengths.entries()) {
    offset = buffer.writeInt32BE(length, offset);
    if (length > 0) offset += buffer.write(values[index] as string, offset, length, 'utf8');
  }
  return buffer;
}

/** One array per column, as the statements of a physical table take them. */
export function toColumnArrays(columns: Columns, rows: readonly Row[]): Buffer[] {
  return columns.map(([name, { type }]) => toTextArray(rows.map((row) => textOf(type, row[name]))));
}
