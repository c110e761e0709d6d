import { zstdCompressSync } from 'node:zlib';
import { ByteWriter, type ColumnSource, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import type { Selected, SelectedPage } from '../selection/select-events.ts';
import { type Column, dataColumn, lineColumn, plainColumns } from './columns.ts';
import { eventLineOf } from './event-line-of.ts';

/** A row group is held until it is full: so many rows, or so much text in them. */
const GROUP_ROWS = 16_384;
const GROUP_CHARACTERS = 16 * 1024 * 1024;

const columns = [...plainColumns, dataColumn, lineColumn];

const kinds: Readonly<
  Record<Column['kind'], Pick<SchemaElement, 'type' | 'converted_type' | 'logical_type'>>
> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  json: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  number: { type: 'INT32' },
  long: { type: 'INT64' },
  time: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
};

const schema: SchemaElement[] = [
  { name: 'events', num_children: columns.length },
  ...columns.map(({ name, kind, isOptional }): SchemaElement => ({
    name,
    ...kinds[kind],
    repetition_type: isOptional ? 'OPTIONAL' : 'REQUIRED',
  })),
];

/** Rows that are not written yet, column by column. */
class RowGroup {
  readonly #values: unknown[][] = columns.map(() => []);
  #characters = 0;

  add(selected: Selected, line: string): void {
    for (const [index, column] of columns.entries()) {
      const value = column.of(selected, line);
      this.#values[index]?.push(column.kind === 'time' ? new Date(value as number) : (value ?? null));
    }
    this.#characters += line.length + selected.event.dataText.length;
  }

  get rows(): number {
    return this.#values[0]?.length ?? 0;
  }

  get isFull(): boolean {
    return this.rows >= GROUP_ROWS || this.#characters >= GROUP_CHARACTERS;
  }

  take(): ColumnSource[] {
    const sources = columns.map(({ name, kind }, index): ColumnSource => ({
      name,
      data: this.#values[index] ?? [],
      // Bounds of bodies help no reader and would be kept for the file's end.
      statistics: name !== 'data' && name !== 'event',
      offsetIndex: false,
      ...(kind === 'json' || name === 'event' ? { encoding: 'PLAIN' as const } : {}),
    }));
    this.#values.forEach((_, index) => (this.#values[index] = []));
    this.#characters = 0;
    return sources;
  }
}

/** Apache Parquet with ZSTD; times as timestamps, data and the event's line as text. Row groups are written as they fill. */
export async function* parquetFile(
  pages: AsyncIterable<SelectedPage>,
  keyValues: Readonly<Record<string, string>>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const bytes = new DrainedWriter();
  const writer = new ParquetWriter({
    writer: bytes,
    schema,
    codec: 'ZSTD',
    compressors: { ZSTD: (input) => new Uint8Array(zstdCompressSync(input)) },
    kvMetadata: Object.entries(keyValues).map(([key, value]) => ({ key, value })),
    createdBy: 'ampora',
  });
  const group = new RowGroup();
  for await (const { events } of pages) {
    for (const selected of events) {
      const line = eventLineOf(selected);
      if (line === undefined) continue;
      group.add(selected, line);
      if (!group.isFull) continue;
      void writer.write({ columnData: group.take(), rowGroupSize: GROUP_ROWS });
      yield bytes.drain();
    }
  }
  if (group.rows > 0) void writer.write({ columnData: group.take(), rowGroupSize: GROUP_ROWS });
  void writer.finish();
  yield bytes.drain();
}

/** Gives away what was written; offsets go on. */
class DrainedWriter extends ByteWriter {
  drain(): Uint8Array {
    const written = this.getBytes().slice();
    this.index = 0;
    return written;
  }
}
