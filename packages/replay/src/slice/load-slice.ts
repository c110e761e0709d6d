import { streamOf, streamPrefix } from '@ampora/catalogue';
import { type JsonValue, type Position, type RecordedEvent, START } from '@ampora/kernel';

/** Part of a log, in its order. Both ends inclusive. */
export interface EventQuery {
  readonly since?: Position;
  readonly until?: Position;
  /** Exactly this stream. */
  readonly stream?: string;
}

export interface EventSource {
  events(query: EventQuery): AsyncIterable<RecordedEvent>;
}

export interface Slice {
  readonly from: Position;
  readonly to: Position;
  /** The slice, and before it what it stands on; in the order of the log. */
  readonly events: readonly RecordedEvent[];
  /** What was loaded from before the slice: all of it, or the streams that the slice touches from their beginning. */
  readonly prefix: 'none' | 'whole' | 'touched streams';
}

/** More than this is not for stepping through. */
export class SliceTooLarge extends Error {
  override readonly name = 'SliceTooLarge';
}

export interface SliceLimits {
  /** A prefix of so many positions is taken whole. */
  readonly wholePrefix?: number;
  readonly mostEvents?: number;
  /** A slice that touches more streams takes the prefix whole: a server states each export of a stream in its log. */
  readonly mostStreams?: number;
}

/**
 * Loads a slice and the state before it. Small prefixes are taken whole; before a later slice come the streams that it
 * touches: of its agents, what was assigned to them and to all, its configurations, and the bodies that all these name.
 * A slice in which something is assigned to all touches everything.
 */
export async function loadSlice(
  source: EventSource,
  { from, to }: { readonly from: Position; readonly to: Position },
  { wholePrefix = 50_000, mostEvents = 300_000, mostStreams = 50 }: SliceLimits = {},
): Promise<Slice> {
  const gather = createGatherer(mostEvents);
  const first = from > START ? from : 1n;
  if (first === 1n) {
    const events = await gather(source.events({ until: to }));
    return { from: first, to, events, prefix: 'none' };
  }
  const isSmall = first - 1n <= BigInt(wholePrefix);
  const slice = isSmall ? [] : await gather(source.events({ since: first, until: to }));
  const touchesAll =
    slice.some(({ streamId }) => streamId.startsWith(streamPrefix.fleetAssignment)) ||
    streamsOf(slice).size > mostStreams;
  if (isSmall || touchesAll) {
    const events = await createGatherer(mostEvents)(source.events({ until: to }));
    return { from: first, to, events, prefix: 'whole' };
  }
  const before = new Map<Position, RecordedEvent>();
  const takeStreams = async (streams: Iterable<string>): Promise<void> => {
    for (const stream of streams)
      for (const event of await gather(source.events({ stream, until: first - 1n })))
        before.set(event.position, event);
  };
  await takeStreams(streamsOf(slice));
  await takeStreams(configurationsOf(before.values()));
  await takeStreams(bodiesOf([...before.values(), ...slice]));
  const prefix = [...before.values()].sort((left, right) => (left.position < right.position ? -1 : 1));
  return { from: first, to, events: [...prefix, ...slice], prefix: 'touched streams' };
}

function createGatherer(mostEvents: number) {
  let count = 0;
  return async (events: AsyncIterable<RecordedEvent>): Promise<RecordedEvent[]> => {
    const gathered: RecordedEvent[] = [];
    for await (const event of events) {
      if (++count > mostEvents)
        throw new SliceTooLarge(
          `This slice, with what it stands on, has more than ${mostEvents} events. Choose a narrower one.`,
        );
      gathered.push(event);
    }
    return gathered;
  };
}

/** Streams that decide about what a slice is about. */
function streamsOf(slice: readonly RecordedEvent[]): ReadonlySet<string> {
  const streams = new Set<string>();
  for (const { streamId, metadata, data } of slice) {
    streams.add(streamId);
    streams.add(streamOf.fleetAssignment(metadata.tenant));
    streams.add(streamOf.tenant(metadata.tenant));
    const agentId = agentOf(streamId) ?? data['agentId'];
    if (typeof agentId !== 'string') continue;
    streams.add(streamOf.agent(agentId));
    streams.add(streamOf.assignment(agentId));
  }
  for (const stream of configurationsOf(slice)) streams.add(stream);
  for (const stream of streams) if (stream.startsWith(streamPrefix.content)) streams.delete(stream);
  return streams;
}

function agentOf(streamId: string): string | undefined {
  return [streamPrefix.agent, streamPrefix.assignment]
    .filter((prefix) => streamId.startsWith(prefix))
    .map((prefix) => streamId.slice(prefix.length))[0];
}

function configurationsOf(events: Iterable<RecordedEvent>): ReadonlySet<string> {
  const streams = new Set<string>();
  for (const { data } of events) {
    const { configurationId } = data;
    if (typeof configurationId === 'string') streams.add(streamOf.configuration(configurationId));
  }
  return streams;
}

function bodiesOf(events: Iterable<RecordedEvent>): ReadonlySet<string> {
  const streams = new Set<string>();
  const visit = (value: JsonValue): void => {
    if (value === null || typeof value !== 'object') return;
    for (const [name, child] of Object.entries(value)) {
      if (name === 'contentHash' && typeof child === 'string') streams.add(streamOf.content(child));
      else visit(child as JsonValue);
    }
  };
  for (const { type, data } of events) if (type !== 'ContentStored') visit(data);
  return streams;
}
