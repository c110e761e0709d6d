import { endLine, endStatement, type ExportCounts, type Hashing, scavengedMark } from '@ampora/proof';
import type { ProvenLog } from '../proven-log.ts';
import type { SelectedPage } from '../selection/select-events.ts';
import { eventLineOf } from './event-line-of.ts';
import { rootsPassedUpTo } from './borders.ts';
import { provenLines } from './proven-lines.ts';
import { TextChunks } from './text-chunks.ts';

export interface ProvenFileOptions {
  readonly proven: ProvenLog;
  readonly hashing: Hashing;
  readonly tenant: string;
  readonly treeSize: number;
  readonly header: string;
  readonly signature: string;
  /** Leaves that the reader has already; with any, header and signature are left out. */
  readonly from: number;
  /** The selected events from there on. */
  readonly pages: AsyncIterable<SelectedPage>;
  /** The selected events before: only counted, and only when all others are written. */
  readonly before: AsyncIterable<SelectedPage>;
  /** False for the proofs alone, which stand beside a CSV or Parquet file. */
  readonly withEvents: boolean;
}

/** An export with its proofs: header, signature, chunks, end. */
export async function* provenFile(options: ProvenFileOptions): AsyncGenerator<Uint8Array, void, undefined> {
  const { proven, hashing, tenant, treeSize, header, signature, from } = options;
  const chunks = new TextChunks();
  if (from === 0) {
    chunks.add(header);
    chunks.add(signature);
  }
  let events = 0;
  let scavenged = 0;
  let roots = 0;
  for await (const run of provenLines(options)) {
    events += run.events;
    scavenged += run.scavenged;
    roots += run.roots;
    for (const line of run.lines) {
      chunks.add(line);
      if (chunks.isFull) yield chunks.take() as Uint8Array;
    }
    const rest = chunks.take();
    if (rest) yield rest;
  }
  const earlier = await count(options);
  const counts: ExportCounts = {
    events: events + earlier.events,
    scavenged: scavenged + earlier.scavenged,
    roots: roots + (from === 0 ? 0 : await rootsPassedUpTo(from, proven, treeSize)),
  };
  const note = await proven.sign(endStatement(hashing, tenant, header, counts));
  chunks.add(endLine(counts, note));
  yield chunks.take() as Uint8Array;
}

/** What is signed at the end must be known here, not believed: what the reader has already is counted again. */
async function count({
  before,
}: ProvenFileOptions): Promise<{ readonly events: number; readonly scavenged: number }> {
  let events = 0;
  let scavenged = 0;
  for await (const page of before) {
    for (const { event } of page.events) {
      if (scavengedMark(event)) scavenged += 1;
      else events += 1;
    }
  }
  return { events, scavenged };
}

/** Events without proofs: one line each, those whose body was scavenged left out. */
export async function* bareJsonl(
  pages: AsyncIterable<SelectedPage>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks = new TextChunks();
  for await (const { events } of pages) {
    for (const selected of events) {
      const line = eventLineOf(selected);
      if (line === undefined) continue;
      chunks.add(line);
      if (chunks.isFull) yield chunks.take() as Uint8Array;
    }
  }
  const rest = chunks.take();
  if (rest) yield rest;
}
