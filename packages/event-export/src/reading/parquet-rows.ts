import { zstdDecompressSync } from 'node:zlib';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import type { Row } from './row.ts';

/** The rows of a Parquet export, a row group at a time. */
export async function* parquetRows(path: string): AsyncGenerator<Row, void, undefined> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const objects = await parquetReadObjects({
      file,
      metadata,
      rowStart,
      rowEnd,
      compressors: { ZSTD: (input) => new Uint8Array(zstdDecompressSync(input)) },
    });
    for (const [index, { event, ...others }] of objects.entries()) {
      const cells = Object.entries(others).map(([name, value]) => [name, textOf(value)] as const);
      yield { number: rowStart + index + 1, line: String(event), cells: new Map(cells) };
    }
    rowStart = rowEnd;
  }
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' ? value : String(value as number | bigint);
}
