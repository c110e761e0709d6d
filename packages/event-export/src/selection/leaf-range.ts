import type { EventLog } from '@ampora/application/ports';
import { parsePosition, START } from '@ampora/kernel';
import type { ProvenLog } from '../proven-log.ts';
import type { ExportFilter } from './export-filter.ts';

/** The leaves [from, to). */
export interface LeafRange {
  readonly from: number;
  readonly to: number;
}

interface Sources {
  readonly log: EventLog;
  readonly proven: ProvenLog;
  readonly treeSize: number;
}

/** The leaves between `since` and `until`, both inclusive, each a position or a time. Some twenty reads for a time. */
export async function leafRange({ since, until }: ExportFilter, sources: Sources): Promise<LeafRange> {
  const { treeSize } = sources;
  const from = since === undefined ? 0 : await leavesBefore(since, 'exclusive', sources);
  const to = until === undefined ? treeSize : await leavesBefore(until, 'inclusive', sources);
  return { from, to: Math.max(from, Math.min(to, treeSize)) };
}

/** How many leaves stand before a moment, or up to it. */
async function leavesBefore(
  moment: string,
  end: 'exclusive' | 'inclusive',
  { log, proven, treeSize }: Sources,
): Promise<number> {
  const position = parsePosition(moment);
  if (position !== undefined) {
    const last = end === 'inclusive' ? position : position - 1n;
    return last < START ? 0 : Math.min(treeSize, await proven.leavesUpTo(last));
  }
  const atMs = Date.parse(moment);
  const isBefore = (ms: number): boolean => (end === 'inclusive' ? ms <= atMs : ms < atMs);
  let least = 0;
  let most = treeSize;
  while (least < most) {
    const middle = Math.floor((least + most) / 2);
    const [at] = await proven.positionsOf(middle, middle + 1);
    const event = at === undefined ? undefined : await log.readAt(at);
    if (event && isBefore(event.recordedAtMs)) least = middle + 1;
    else most = middle;
  }
  return least;
}
