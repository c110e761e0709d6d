import { createReadStream } from 'node:fs';
import { csvRows, joinLines, parquetRows, type Row, strayColumn, UnreadableRows } from '@ampora/event-export';
import { CommandFailure } from '../../command-failure.ts';
import { exitCodes } from '../../exit-codes.ts';
import { type FileLine, type FileLines, openLines } from './file-lines.ts';

const LINES_AT_ONCE = 256;

/** Whether a file has columns, so that its proofs stand beside it. */
export function hasColumns(path: string): boolean {
  return path.endsWith('.csv') || path.endsWith('.parquet');
}

/** The lines that a CSV or Parquet file and its proofs make together; refuses rows whose other columns say otherwise. */
export async function openBesideProofs(path: string): Promise<FileLines> {
  const proofs = await openLines(`${path}.proofs`);
  const rows = path.endsWith('.csv')
    ? csvRows(createReadStream(path, { encoding: 'utf8', highWaterMark: 1024 * 1024 }))
    : parquetRows(path);
  const ends = { isEnded: true };
  const texts = textsOf(proofs, ends);
  return {
    lines: together(joinLines(texts, checked(path, rows)), path, ends),
    sizeBytes: proofs.sizeBytes,
    readBytes: () => proofs.readBytes(),
  };
}

async function* textsOf({ lines }: FileLines, ends: { isEnded: boolean }): AsyncGenerator<string> {
  for await (const some of lines) {
    for (const { text, isEnded } of some) {
      ends.isEnded = isEnded;
      yield text;
    }
  }
}

async function* checked(path: string, rows: AsyncIterable<Row>): AsyncGenerator<Row> {
  for await (const row of rows) {
    const column = strayColumn(row);
    if (column !== undefined)
      throw new CommandFailure(
        `Refuted: ${path}: event-altered (row ${row.number}): the column ${column} is not what the event says.`,
        exitCodes.refuted,
      );
    yield row;
  }
}

async function* together(
  lines: AsyncIterable<string>,
  path: string,
  ends: { readonly isEnded: boolean },
): AsyncGenerator<readonly FileLine[]> {
  let some: FileLine[] = [];
  try {
    for await (const text of lines) {
      some.push({ text, isEnded: ends.isEnded });
      if (some.length < LINES_AT_ONCE) continue;
      yield some;
      some = [];
    }
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    const reason = error instanceof UnreadableRows ? error.message : String(error);
    throw new CommandFailure(`${path} is no export: ${reason}.`, exitCodes.unreadable);
  }
  if (some.length > 0) yield some;
}
