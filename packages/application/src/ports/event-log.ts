import type { NewEvent, Position, RecordedEvent } from '@ampora/kernel';

/** What the writer believes of a stream: nothing, that it does not exist, or its last revision. */
export type ExpectedRevision = 'any' | 'no-stream' | number;

/** Events for one stream. They are stored together or not at all; at most 1 MiB of them. */
export interface StreamAppend {
  readonly streamId: string;
  readonly expectedRevision: ExpectedRevision;
  readonly events: readonly NewEvent[];
}

export interface Appended {
  readonly outcome: 'appended';
  readonly streamId: string;
  readonly firstRevision: number;
  readonly lastRevision: number;
  /** Position of the last event of this append. */
  readonly position: Position;
  /** True when every event id was already stored: nothing was written, this is the first result again. */
  readonly repeated: boolean;
}

export interface WrongExpectedRevision {
  readonly outcome: 'wrong-expected-revision';
  readonly streamId: string;
  readonly expectedRevision: ExpectedRevision;
  /** Last revision of the stream, or -1 when it does not exist. */
  readonly actualRevision: number;
}

export type AppendResult = Appended | WrongExpectedRevision;

/** Which events a reader wants. Both lists given: an event must match both. An absent list matches all. */
export interface EventFilter {
  readonly streamPrefixes?: readonly string[];
  readonly types?: readonly string[];
}

export interface ReadStreamOptions {
  readonly direction?: 'forwards' | 'backwards';
  /** First revision to return (inclusive). Default: the first event, or the last one when reading backwards. */
  readonly fromRevision?: number;
  readonly maxCount?: number;
}

export interface ReadAllOptions {
  readonly direction?: 'forwards' | 'backwards';
  /** Exclusive. Forwards: events after it (default: from the start). Backwards: events before it (default: from the end). */
  readonly from?: Position;
  readonly filter?: EventFilter;
  readonly maxCount?: number;
  /** Events per page; adapters may give fewer. */
  readonly pageSize?: number;
  readonly signal?: AbortSignal;
}

/** A stored event whose data is left as the JSON text that the log keeps: for readers that pass it on and never look inside. */
export interface EventText extends Omit<RecordedEvent, 'data'> {
  readonly dataText: string;
}

export interface ReadAllTextOptions {
  /** Exclusive. Default: from the start. */
  readonly from?: Position;
  /** Inclusive. Default: the head when the reading begins. */
  readonly until?: Position;
  readonly filter?: EventFilter;
  readonly signal?: AbortSignal;
}

/** A run of events in log order; small enough to be held a few times over, whatever the bodies in it. */
export interface TextPage {
  /** Possibly empty, when only filtered-out events went by. */
  readonly events: readonly EventText[];
  /** Everything up to here has been given or filtered out. */
  readonly position: Position;
}

/** A run of events in log order. */
export interface LiveBatch {
  /** Possibly empty, when only filtered-out events went by. */
  readonly events: readonly RecordedEvent[];
  /** Everything up to here has been delivered or filtered out: the position to resume from. */
  readonly position: Position;
  /** True when nothing more was stored at the time of delivery. */
  readonly caughtUp: boolean;
}

export interface SubscribeOptions {
  /** Exclusive; START for the whole log. */
  readonly from: Position;
  readonly filter?: EventFilter;
  /** Largest batch handed over at once while catching up. */
  readonly batchSize?: number;
  /** The next batch comes when the promise settles; a rejection ends the subscription with that error. */
  readonly onBatch: (batch: LiveBatch) => Promise<void>;
}

export interface Subscription {
  /** Settles when the subscription has ended: resolved after `close`, rejected with what `onBatch` threw. */
  readonly ended: Promise<void>;
  /** Stops delivery; resolves when a running `onBatch` has finished. */
  close(): Promise<void>;
}

/** An event to be scavenged, with what it hashed to as a leaf of its tenant's tree. */
export interface ScavengedEvent {
  readonly position: Position;
  /** Base64. */
  readonly leafHash: string;
}

/**
 * The event log: the only truth. Atomic per stream, not over streams. Positions are compared, never counted.
 */
export interface EventLog {
  /**
   * Appends to many streams in one call and answers per stream, in the order given. Durable before it resolves.
   * A batch may name a stream more than once; its appends apply in order. Within a batch, a stream's events are
   * stored after those of the streams named before it.
   * Rejects with EventLogUnavailable when the outcome stayed unknown after the adapter's own retries: the same
   * batch (same ids, same revisions) may be given again.
   */
  append(batch: readonly StreamAppend[]): Promise<readonly AppendResult[]>;
  /** One stream's events; empty for a stream that does not exist. */
  readStream(streamId: string, options?: ReadStreamOptions): Promise<readonly RecordedEvent[]>;
  /** Several streams from the start, in one round trip where the store can. Same order as asked; empty for missing ones. */
  readStreams(streamIds: readonly string[]): Promise<readonly (readonly RecordedEvent[])[]>;
  /** Pages of the whole log in order. */
  readAll(options?: ReadAllOptions): AsyncIterable<readonly RecordedEvent[]>;
  /**
   * The whole log forwards in pages, at the speed of a copy: for exports. Each page is read when the one before it is
   * taken, one ahead; a reader that pauses holds nothing of the store. The last page's position is `until`.
   */
  readAllText(options?: ReadAllTextOptions): AsyncIterable<TextPage>;
  /** The event at a position, if there is one. */
  readAt(position: Position): Promise<RecordedEvent | undefined>;
  /** Catch up from a position, then live: in order, nothing skipped, at least once, with back-pressure. Reconnects by itself. */
  subscribeAll(options: SubscribeOptions): Subscription;
  /**
   * Takes the data of events away, for good, and marks them; their envelopes stay, and their places. Events that are
   * marked already are passed over. Answers how many it marked. Rejects with ScavengeUnsupported where the store does
   * this by itself.
   */
  scavenge(events: readonly ScavengedEvent[], by: string): Promise<number>;
  /** Position of the last stored event; START when the log is empty. Also the health check. */
  head(): Promise<Position>;
  close(): Promise<void>;
}
