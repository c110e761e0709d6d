import type { Row } from './row.ts';

/** How many leaves a proof line says follow it; 0 for any other line. */
function leavesIn(line: string): number {
  if (!line.startsWith('{"ampora":"proof"')) return 0;
  try {
    const { runs } = JSON.parse(line) as { runs: readonly { readonly leaves?: number }[] };
    return runs.reduce((sum, { leaves = 0 }) => sum + leaves, 0);
  } catch {
    return 0;
  }
}

const sequenceOf = (line: string): number => Number(/"sequence":"(\d+)"/.exec(line)?.[1] ?? -1);

/**
 * The lines of an export whose events stand in the rows of another file: behind each proof line as many as it covers,
 * scavenged ones at their places. Rows that nothing covers come before the end, where they do not belong.
 */
export async function* joinLines(
  proofs: AsyncIterable<string>,
  rows: AsyncIterable<Row>,
): AsyncGenerator<string, void, undefined> {
  const events = rows[Symbol.asyncIterator]();
  let wanted = 0;
  let scavenged: string[] = [];

  async function* chunk(): AsyncGenerator<string> {
    const marks = scavenged;
    for (let left = wanted - marks.length; left > 0; left--) {
      const row = await events.next();
      if (row.done) break;
      const sequence = sequenceOf(row.value.line);
      while (marks[0] !== undefined && sequenceOf(marks[0]) < sequence) yield marks.shift() as string;
      yield row.value.line;
    }
    yield* marks;
    wanted = 0;
    scavenged = [];
  }

  for await (const line of proofs) {
    if (line.startsWith('{"ampora":"scavenged"')) {
      scavenged.push(line);
      continue;
    }
    yield* chunk();
    if (line.startsWith('{"ampora":"end"'))
      for (let row = await events.next(); !row.done; row = await events.next()) yield row.value.line;
    wanted = leavesIn(line);
    yield line;
  }
  yield* chunk();
}
