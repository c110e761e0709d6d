import { Option } from 'commander';
import { stringify } from 'yaml';
import { type Column, renderTable } from './table.ts';

export const outputFormats = ['table', 'json', 'yaml', 'name'] as const;
export type OutputFormat = (typeof outputFormats)[number];

export function outputOption(): Option {
  return new Option('-o, --output <format>', 'how to print').choices(outputFormats).default('table');
}

export interface Listing<Row> {
  readonly columns: readonly Column<Row>[];
  /** What `-o name` prints. */
  readonly nameOf: (row: Row) => string;
  /** Said instead of an empty table. */
  readonly none: string;
}

/** Prints rows: a table for people, `{ "items": […] }` for programs. */
export function printList<Row>(rows: readonly Row[], format: OutputFormat, listing: Listing<Row>): void {
  if (format === 'json' || format === 'yaml') return printDocument({ items: rows }, format);
  if (format === 'name') {
    for (const row of rows) console.log(listing.nameOf(row));
    return;
  }
  if (rows.length === 0) {
    console.error(listing.none);
    return;
  }
  const width = process.stdout.isTTY ? process.stdout.columns : 0;
  console.log(renderTable(listing.columns, rows, width).join('\n'));
}

export function printDocument(document: unknown, format: 'json' | 'yaml'): void {
  console.log(format === 'json' ? JSON.stringify(document, undefined, 2) : stringify(document).trimEnd());
}

/** Lines of `label  value`, for one thing. Empty values are left out. */
export function printFields(fields: readonly (readonly [label: string, value: string])[]): void {
  const shown = fields.filter(([, value]) => value !== '');
  const width = Math.max(...shown.map(([label]) => label.length));
  for (const [label, value] of shown) console.log(`${label.padEnd(width)}  ${value}`);
}
