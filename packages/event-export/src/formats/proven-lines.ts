import {
  CHUNK_LEAVES,
  createExportProofs,
  eventLine,
  rootLine,
  scavengedLine,
  scavengedMark,
} from '@ampora/proof';
import type { ProvenLog } from '../proven-log.ts';
import type { SelectedPage } from '../selection/select-events.ts';
import { type Border, bordersAfter } from './borders.ts';

export interface ProvenLinesOptions {
  readonly proven: ProvenLog;
  readonly treeSize: number;
  /** Leaves that the reader has already: where a chunk ended. */
  readonly from: number;
  readonly pages: AsyncIterable<SelectedPage>;
  /** False: all but the events themselves, for a file that stands beside another. */
  readonly withEvents: boolean;
}

/** Lines that belong together, and what is among them. */
export interface LineRun {
  readonly lines: readonly string[];
  readonly events: number;
  readonly scavenged: number;
  readonly roots: number;
}

/**
 * The lines between an export's signature and its end. Where a chunk ends follows from the tree, the filter and the roots,
 * never from pages or time: an export that goes on later is the same to the byte.
 */
export async function* provenLines(options: ProvenLinesOptions): AsyncGenerator<LineRun, void, undefined> {
  const { proven, treeSize, from, pages, withEvents } = options;
  const proofs = createExportProofs({ tree: proven.tree, treeSize, from });
  const borders = bordersAfter(from, proven, treeSize);
  let border: Border = (await borders.next()).value ?? { leaf: treeSize };
  let leaves: number[] = [];
  let lines: string[] = [];
  let scavenged = 0;

  const close = async (to: number): Promise<LineRun> => {
    const proof = await proofs.cover(leaves, to);
    const run = {
      lines: [proof, ...lines],
      events: leaves.length - scavenged,
      scavenged,
      roots: 0,
    };
    leaves = [];
    lines = [];
    scavenged = 0;
    return run;
  };

  async function* passBorders(upTo: number): AsyncGenerator<LineRun> {
    while (border.leaf <= upTo && border.leaf < treeSize) {
      if (border.leaf > proofs.covered) yield await close(border.leaf);
      if (border.root) yield { lines: [rootLine(border.root.checkpoint)], events: 0, scavenged: 0, roots: 1 };
      border = (await borders.next()).value ?? { leaf: treeSize };
    }
  }

  for await (const { events, leavesSeen } of pages) {
    for (const { event, sequence } of events) {
      if (border.leaf <= sequence) yield* passBorders(sequence);
      const mark = scavengedMark(event);
      if (mark) {
        lines.push(scavengedLine(sequence, mark.leafHash));
        scavenged += 1;
      } else if (withEvents) lines.push(eventLine(event, sequence, event.dataText));
      leaves.push(sequence);
      if (leaves.length === CHUNK_LEAVES && sequence + 1 < treeSize) yield await close(sequence + 1);
    }
    yield* passBorders(leavesSeen);
  }
  yield* passBorders(treeSize);
  if (proofs.covered < treeSize) yield await close(treeSize);
}
