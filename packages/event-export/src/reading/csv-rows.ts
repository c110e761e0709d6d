import type { Row } from './row.ts';

/** A file that is not what an export writes. */
export class UnreadableRows extends Error {
  override readonly name = 'UnreadableRows';
}

/** The rows of a CSV export (RFC 4180), from its text in chunks. */
export async function* csvRows(text: AsyncIterable<string>): AsyncGenerator<Row, void, undefined> {
  let names: readonly string[] | undefined;
  let number = 0;
  for await (const record of csvRecords(text)) {
    if (!names) {
      names = record;
      if (names.at(-1) !== 'event') throw new UnreadableRows('its last column is not “event”');
      continue;
    }
    number += 1;
    if (record.length !== names.length)
      throw new UnreadableRows(`row ${number} has ${record.length} cells; its header has ${names.length}`);
    const cells = new Map(names.slice(0, -1).map((name, index) => [name, record[index] ?? '']));
    yield { number, line: record.at(-1) ?? '', cells };
  }
}

async function* csvRecords(text: AsyncIterable<string>): AsyncGenerator<readonly string[]> {
  let rest = '';
  let quotes = 0;
  for await (const chunk of text) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = '';
    for (const [index, line] of lines.entries()) {
      const isLast = index === lines.length - 1;
      rest = rest === '' ? line : `${rest}\n${line}`;
      if (isLast) break;
      quotes = countQuotes(rest);
      if (quotes % 2 === 1) continue;
      yield cellsOf(rest.endsWith('\r') ? rest.slice(0, -1) : rest);
      rest = '';
    }
  }
  if (rest !== '') yield cellsOf(rest);
}

function countQuotes(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) count += 1;
  return count;
}

function cellsOf(record: string): string[] {
  const cells: string[] = [];
  for (let at = 0; at <= record.length;) {
    if (record[at] !== '"') {
      const end = record.indexOf(',', at);
      cells.push(record.slice(at, end < 0 ? record.length : end));
      at = end < 0 ? record.length + 1 : end + 1;
      continue;
    }
    let end = at + 1;
    while (end < record.length && (record[end] !== '"' || record[end + 1] === '"'))
      end += record[end] === '"' ? 2 : 1;
    cells.push(record.slice(at + 1, end).replaceAll('""', '"'));
    at = end + 2;
  }
  return cells;
}
