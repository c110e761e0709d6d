import type { SelectedPage } from '../selection/select-events.ts';
import { type Column, lineColumn, plainColumns } from './columns.ts';
import { eventLineOf } from './event-line-of.ts';
import { TextChunks } from './text-chunks.ts';
import { csvCell } from './csv-cell.ts';

const columns = [...plainColumns, lineColumn];

/** RFC 4180, UTF-8. The data is in the event's line, in the last column. */
export async function* csvFile(
  pages: AsyncIterable<SelectedPage>,
  { withHeader }: { readonly withHeader: boolean },
): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks = new TextChunks();
  if (withHeader) chunks.add(`${columns.map(({ name }) => name).join(',')}\r`);
  for await (const { events } of pages) {
    for (const selected of events) {
      const line = eventLineOf(selected);
      if (line === undefined) continue;
      chunks.add(`${columns.map((column) => cellOf(column, column.of(selected, line))).join(',')}\r`);
      if (chunks.isFull) yield chunks.take() as Uint8Array;
    }
  }
  const rest = chunks.take();
  if (rest) yield rest;
}

function cellOf({ kind }: Column, value: string | number | bigint | undefined): string {
  if (value === undefined) return '';
  if (kind === 'time') return new Date(value as number).toISOString();
  return typeof value === 'string' ? csvCell(value) : String(value);
}
