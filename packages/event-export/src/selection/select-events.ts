import type { EventLog, EventText } from '@ampora/application/ports';
import type { Position } from '@ampora/kernel';
import type { ProvenLog } from '../proven-log.ts';
import { type ExportFilter, passes, sourceOf } from './export-filter.ts';
import { LeafFinder } from './leaf-finder.ts';
import type { LeafRange } from './leaf-range.ts';

/** An event that passed, and which leaf of its tenant's tree it is. */
export interface Selected {
  readonly event: EventText;
  readonly sequence: number;
}

export interface SelectedPage {
  readonly events: readonly Selected[];
  /** Every leaf before this one has been given or left out. */
  readonly leavesSeen: number;
}

export interface Selection {
  readonly log: EventLog;
  readonly proven: ProvenLog;
  readonly tenant: string;
  readonly filter: ExportFilter;
  readonly range: LeafRange;
  readonly signal?: AbortSignal | undefined;
}

/** The events of a range of leaves that pass the filter, in the order of the log, each with its leaf. */
export async function* selectEvents(selection: Selection): AsyncGenerator<SelectedPage, void, undefined> {
  const { proven, tenant, filter, range } = selection;
  if (range.from >= range.to) return;
  const [first] = await proven.positionsOf(range.from, range.from + 1);
  const [last] = await proven.positionsOf(range.to - 1, range.to);
  if (first === undefined || last === undefined)
    throw new Error(`The tree does not know where its leaves ${range.from} to ${range.to} stand in the log`);
  const finder = new LeafFinder(proven, range.to);
  for await (const { events, position } of pagesOf(selection, first, last)) {
    const passing = events.filter((event) => event.metadata.tenant === tenant && passes(filter, event));
    const leaves = await finder.leavesAt(passing.map((event) => event.position));
    yield {
      events: passing.map((event, index) => ({ event, sequence: leaves[index] as number })),
      leavesSeen: position >= last ? range.to : await proven.leavesUpTo(position),
    };
  }
}

async function* pagesOf(
  { log, filter, signal }: Selection,
  first: Position,
  last: Position,
): AsyncIterable<{ readonly events: readonly EventText[]; readonly position: Position }> {
  const source = sourceOf(filter);
  if ('streams' in source) {
    yield { events: await eventsOf(log, source.streams, first, last), position: last };
    return;
  }
  yield* log.readAllText({
    from: first - 1n,
    until: last,
    ...(source.filter ? { filter: source.filter } : {}),
    ...(signal ? { signal } : {}),
  });
}

/** Streams are short by design (damping, bodies by hash), so a few are read whole. */
async function eventsOf(
  log: EventLog,
  streams: readonly string[],
  first: Position,
  last: Position,
): Promise<EventText[]> {
  const events = (await log.readStreams(streams)).flat();
  return events
    .filter(({ position }) => position >= first && position <= last)
    .sort((one, other) => (one.position < other.position ? -1 : 1))
    .map(({ data, ...envelope }) => ({ ...envelope, dataText: JSON.stringify(data) }));
}
