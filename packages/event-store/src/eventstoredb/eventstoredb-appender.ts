import { ANY, type EventData, type EventStoreDBClient, NO_STREAM } from '@eventstore/db-client';
import {
  AppendTooLarge,
  type AppendResult,
  EventLogMisconfigured,
  EventLogUnavailable,
  type StreamAppend,
} from '@ampora/application/ports';
import { APPEND_LIMIT_BYTES, serializeAppend } from '../append-checks.ts';
import { backOff, pause } from '../back-off.ts';
import { appendWaves } from './append-waves.ts';
import { toEventData } from './event-mapping.ts';
import {
  actualRevisionOf,
  classifyEventStoreError,
  eventStoreUnavailable,
  shouldRetryAppend,
} from './eventstoredb-errors.ts';

export interface AppenderOptions {
  readonly client: EventStoreDBClient;
  /** Resolves once the server has answered; rejects with the port's error. */
  readonly ready: () => Promise<void>;
  readonly retryForMs: number;
  /** How long one attempt may take before its outcome counts as unknown. */
  readonly answerTimeoutMs: number;
  /** Appends under way at once: they are pipelined over one connection, which is the batching. */
  readonly maxInFlight: number;
}

interface PreparedAppend {
  readonly append: StreamAppend;
  readonly sizeBytes: number;
  readonly events: EventData[];
}

function expectedRevisionOf({ expectedRevision }: StreamAppend): typeof ANY | typeof NO_STREAM | bigint {
  if (expectedRevision === 'any') return ANY;
  if (expectedRevision === 'no-stream') return NO_STREAM;
  return BigInt(expectedRevision);
}

/** Appends with the client's own pipelining, one call per stream, and settles what each outcome was. */
export class EventStoreDbAppender {
  readonly #options: AppenderOptions;
  readonly #waiting: (() => void)[] = [];
  readonly #underWay = new Set<Promise<unknown>>();
  #inFlight = 0;
  #first: Promise<void> | undefined;
  #opened = false;
  #closed = false;
  /** No event stored from now on can have a position up to here. */
  #highest = 0n;

  constructor(options: AppenderOptions) {
    this.#options = options;
  }

  /** Told each position that was read or acknowledged. */
  seen(position: bigint): void {
    if (position > this.#highest) this.#highest = position;
  }

  async append(batch: readonly StreamAppend[]): Promise<readonly AppendResult[]> {
    if (this.#closed) throw new EventLogUnavailable('The event log is closed');
    const prepared = batch.map((append) => {
      const serialized = serializeAppend(append);
      const sizeBytes = serialized.reduce(
        (sum, { data, metadata }) => sum + data.length + metadata.length,
        0,
      );
      return { append, sizeBytes, events: serialized.map(({ event }) => toEventData(event)) };
    });
    const run = this.#appendAll(prepared);
    this.#underWay.add(run);
    return run.finally(() => this.#underWay.delete(run));
  }

  /** Resolves when nothing is under way any more. */
  async drain(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#underWay);
  }

  async #appendAll(prepared: readonly PreparedAppend[]): Promise<AppendResult[]> {
    await this.#options.ready();
    const results: AppendResult[] = [];
    for (const wave of appendWaves(prepared.map(({ append }) => append))) {
      /** A stream's appends go one after another: each is judged against what the one before left. */
      const last = new Map<string, Promise<unknown>>();
      const settled = await Promise.allSettled(
        wave.map((index) => {
          const each = prepared[index];
          if (!each) throw new Error('A wave names an append that is not in the batch');
          const { streamId } = each.append;
          const before = last.get(streamId);
          const run = (before ? before.then(() => this.#appendOne(each)) : this.#appendOne(each)).then(
            (result) => void (results[index] = result),
          );
          last.set(streamId, run);
          return run;
        }),
      );
      // All have ended: nothing of a rejected batch is still on its way when the caller tries again.
      const failed = settled.find((outcome) => outcome.status === 'rejected');
      if (failed) throw failed.reason;
    }
    return results;
  }

  async #appendOne(prepared: PreparedAppend): Promise<AppendResult> {
    await this.#enter();
    try {
      return await this.#untilKnown(prepared);
    } finally {
      this.#leave();
    }
  }

  async #untilKnown({ append, sizeBytes, events }: PreparedAppend): Promise<AppendResult> {
    const { streamId, expectedRevision } = append;
    const deadline = Date.now() + this.#options.retryForMs;
    const wait = backOff({ firstMs: 25, maxMs: 1_000 });
    const highestBefore = this.#highest;
    for (;;) {
      try {
        const { nextExpectedRevision, position } = await this.#attempt(append, events);
        if (!position)
          throw new EventLogMisconfigured('EventStoreDB gave no position: version 23.10 or later is needed');
        const stored = position.commit;
        this.seen(stored);
        const lastRevision = Number(nextExpectedRevision);
        const firstRevision = lastRevision - events.length + 1;
        const repeated = stored <= highestBefore;
        return { outcome: 'appended', streamId, firstRevision, lastRevision, position: stored, repeated };
      } catch (error) {
        if (error instanceof EventLogMisconfigured) throw error;
        const failure = classifyEventStoreError(error);
        if (failure === 'wrong-expected-revision') {
          return { outcome: failure, streamId, expectedRevision, actualRevision: actualRevisionOf(error) };
        }
        if (failure === 'too-large') throw new AppendTooLarge(streamId, sizeBytes, APPEND_LIMIT_BYTES);
        const waitMs = wait.nextMs();
        if (!shouldRetryAppend(error) || Date.now() + waitMs > deadline) {
          throw eventStoreUnavailable(error, `Appending to ${streamId} failed`);
        }
        await pause(waitMs);
      }
    }
  }

  async #attempt(append: StreamAppend, events: EventData[]) {
    const { client, answerTimeoutMs } = this.#options;
    const send = () =>
      client.appendToStream(append.streamId, events, { expectedRevision: expectedRevisionOf(append) });
    // The first append opens the stream that carries all others: what is sent meanwhile would overtake it.
    while (this.#first) await this.#first;
    let opened: () => void = () => undefined;
    const opens = !this.#opened;
    if (opens) this.#first = new Promise((resolve) => (opened = resolve));
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`EventStoreDB did not answer within ${answerTimeoutMs} ms`)),
        answerTimeoutMs,
      );
    });
    try {
      const result = await Promise.race([send(), tooLate]);
      this.#opened = true;
      return result;
    } finally {
      clearTimeout(timer);
      if (opens) this.#first = undefined;
      opened();
    }
  }

  async #enter(): Promise<void> {
    if (this.#inFlight < this.#options.maxInFlight) {
      this.#inFlight++;
      return;
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** The place goes to the next in line. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#inFlight--;
  }
}
