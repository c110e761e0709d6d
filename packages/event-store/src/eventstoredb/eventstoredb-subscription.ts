import {
  type AllStreamResolvedEvent,
  type EventStoreDBClient,
  excludeSystemEvents,
  type ResolvedEvent,
  START as FROM_START,
} from '@eventstore/db-client';
import type { SubscribeOptions, Subscription } from '@ampora/application/ports';
import { type Position, type RecordedEvent, START } from '@ampora/kernel';
import { backOff, pause } from '../back-off.ts';
import { matchesFilter, serverFilter } from './event-filter.ts';
import { positionOf, toRecordedEvent } from './event-mapping.ts';
import { classifyEventStoreError } from './eventstoredb-errors.ts';

export interface EventStoreDbSubscriptionOptions extends SubscribeOptions {
  readonly client: EventStoreDBClient;
  readonly seen: (position: Position) => void;
  readonly onClosed: () => void;
}

/** Something that came by: an event that passes the filter, or only its place. */
interface Passed {
  readonly position: Position;
  readonly event?: RecordedEvent;
}

/** Passed things kept ready while the consumer works; above it, the server is asked to hold back. */
const MOST_BUFFERED = 4_096;

/** One subscription on the server, from a position until it breaks. It never reconnects by itself. */
class Connection {
  readonly passed: Passed[] = [];
  broken: { readonly error: unknown } | undefined;
  #live = false;
  #checkpoint: Position | undefined;
  #wake: (() => void) | undefined;
  readonly #subscription;

  constructor(options: EventStoreDbSubscriptionOptions, from: Position, filtered: boolean) {
    const { client, filter } = options;
    const checkpointReached = (_: unknown, { commit }: { commit: bigint }): void => {
      this.#checkpoint = commit;
      this.#changed();
    };
    this.#subscription = client.subscribeToAll({
      fromPosition: from > START ? { commit: from, prepare: from } : FROM_START,
      filter: filtered
        ? serverFilter(filter, checkpointReached)
        : excludeSystemEvents({ checkpointInterval: 1, checkpointReached }),
    });
    this.#subscription
      .on('data', (resolved: AllStreamResolvedEvent) => {
        const position = positionOf(resolved as ResolvedEvent);
        if (position === undefined) return;
        options.seen(position);
        const event = toRecordedEvent(resolved as ResolvedEvent);
        this.passed.push(event && matchesFilter(filter, event) ? { position, event } : { position });
        if (this.passed.length >= MOST_BUFFERED) this.#subscription.pause();
        this.#changed();
      })
      .on('error', (error: Error) => this.#break(error))
      .on('end', () => this.#break(undefined))
      .on('close', () => this.#break(undefined))
      .on('caughtUp', () => {
        this.#live = true;
        this.#changed();
      });
  }

  /** Nothing waits here, nor in the stream's own buffer: what is said about the whole log now holds. */
  get #drained(): boolean {
    return this.passed.length === 0 && this.#subscription.readableLength === 0;
  }

  get caughtUp(): boolean {
    return this.#live && this.#drained;
  }

  /** A checkpoint counts once all that came before it was taken. */
  takeCheckpoint(): Position | undefined {
    if (!this.#drained) return undefined;
    const checkpoint = this.#checkpoint;
    this.#checkpoint = undefined;
    return checkpoint;
  }

  take(limit: number): Passed[] {
    const taken = this.passed.splice(0, limit);
    if (this.passed.length < MOST_BUFFERED / 2 && this.#subscription.isPaused()) this.#subscription.resume();
    return taken;
  }

  /** Resolves when something passed, broke, caught up or was closed since the last look. */
  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#wake = undefined;
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#wake = wake;
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  end(): void {
    this.#subscription.removeAllListeners('data');
    // The promise inside rejects when the stream never opened; that was reported as an error already.
    void this.#subscription.unsubscribe().catch(() => undefined);
  }

  #break(error: unknown): void {
    this.broken ??= { error };
    this.#changed();
  }

  #changed(): void {
    this.#wake?.();
  }
}

/**
 * Catches up with the filter applied by the server, then goes on without it: filtered, the server tells only now and
 * then how far it got, and whoever waits for a position would wait too. Resumes after every break from the last event
 * or checkpoint; being cut off as "too slow" is normal operation under load and resumes at once.
 */
export function subscribeEventStoreDb(options: EventStoreDbSubscriptionOptions): Subscription {
  const { filter, onBatch } = options;
  const limit = Math.max(1, options.batchSize ?? 1_000);
  const closing = new AbortController();
  const { signal } = closing;
  const wait = backOff({ firstMs: 50, maxMs: 2_000 });
  let position = options.from;
  let toldCaughtUp = false;

  async function deliver(connection: Connection): Promise<boolean> {
    const taken = connection.take(limit);
    const events = taken.flatMap(({ event }) => (event ? [event] : []));
    const reached = taken.at(-1)?.position ?? connection.takeCheckpoint() ?? position;
    const { caughtUp } = connection;
    const moved = reached > position;
    if (moved) position = reached;
    if (!moved && !(caughtUp && !toldCaughtUp)) return taken.length > 0;
    toldCaughtUp ||= caughtUp;
    wait.reset();
    await onBatch({ events: events.filter((event) => event.position > options.from), position, caughtUp });
    return true;
  }

  async function follow(filtered: boolean): Promise<'caught-up' | 'broken'> {
    const connection = new Connection(options, position, filtered);
    try {
      while (!signal.aborted) {
        // Asked for before looking: a change while looking must not be missed.
        const changed = connection.changed(signal);
        if (await deliver(connection)) continue;
        if (connection.broken) {
          if (classifyEventStoreError(connection.broken.error) !== 'too-slow')
            await pause(wait.nextMs(), signal);
          return 'broken';
        }
        if (filtered && connection.caughtUp) return 'caught-up';
        await changed;
      }
      return 'broken';
    } finally {
      connection.end();
    }
  }

  async function run(): Promise<void> {
    const hasFilter = filter?.streamPrefixes !== undefined || filter?.types !== undefined;
    let filtered = hasFilter;
    while (!signal.aborted) filtered = (await follow(filtered)) === 'broken' && hasFilter;
  }

  const ended = run().finally(options.onClosed);
  // Whoever waits for `ended` is told; nobody has to.
  ended.catch(() => undefined);
  return {
    ended,
    async close() {
      closing.abort();
      await ended.catch(() => undefined);
    },
  };
}
