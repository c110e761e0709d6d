import type { SubscribeOptions, Subscription } from '@ampora/application/ports';
import type { Position } from '@ampora/kernel';
import { backOff, pause } from '../back-off.ts';
import type { LogReader, Page } from './log-reader.ts';
import type { WakeUps } from './wake-ups.ts';

export interface PostgresSubscriptionOptions extends SubscribeOptions {
  readonly reader: LogReader;
  readonly wakeUps: WakeUps;
  /** How often to look when nothing wakes it. */
  readonly pollIntervalMs: number;
  readonly onClosed: () => void;
}

/** Reads page after page, sleeps at the end of the log, and goes on after any failure of the database. */
export function subscribePostgres(options: PostgresSubscriptionOptions): Subscription {
  const { reader, wakeUps, filter, onBatch, pollIntervalMs } = options;
  const limit = Math.max(1, options.batchSize ?? 1_000);
  const closing = new AbortController();
  const { signal } = closing;

  async function readOn(from: Position): Promise<Page | undefined> {
    const wait = backOff({ firstMs: 50, maxMs: 2_000 });
    while (!signal.aborted) {
      try {
        return await reader.readPage({ direction: 'forwards', from, filter, limit });
      } catch {
        await pause(wait.nextMs(), signal);
      }
    }
    return undefined;
  }

  async function run(): Promise<void> {
    let position = options.from;
    let toldCaughtUp = false;
    while (!signal.aborted) {
      const page = await readOn(position);
      if (!page || signal.aborted) return;
      const caughtUp = page.position >= page.head;
      if (page.position > position || (caughtUp && !toldCaughtUp)) {
        position = page.position;
        toldCaughtUp ||= caughtUp;
        await onBatch({ events: page.events, position, caughtUp });
      }
      if (caughtUp) await wakeUps.sleep(position, pollIntervalMs, signal);
    }
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
