import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@ampora/platform';
import pg from 'pg';

export interface LeadershipOptions {
  /** Where the lease is held: for as long as its connection lives, and not a moment longer. */
  readonly connectionString: string;
  /** What is led; one process at a time holds it. */
  readonly name: string;
  readonly logger: Logger;
  /** How often one that does not lead tries to. Default 2,000. */
  readonly tryEveryMs?: number;
  /**
   * Runs while this process leads; aborted when the lease is lost. A process that has lost it may not know for a moment:
   * what it writes must be refused by what it expects, an append by its revision, a checkpoint by its old value.
   */
  readonly lead: (signal: AbortSignal) => Promise<void>;
}

export interface Leadership {
  close(): Promise<void>;
}

/** Takes the lead when nobody has it, and again after any failure. */
export function seekLeadership(options: LeadershipOptions): Leadership {
  const { logger, name, tryEveryMs = 2_000 } = options;
  const closing = new AbortController();

  async function hold(): Promise<void> {
    const lost = new AbortController();
    const client = new pg.Client({
      connectionString: options.connectionString,
      application_name: `ampora leader of ${name}`,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    const giveUp = (): void => lost.abort();
    client.on('error', giveUp);
    client.on('end', giveUp);
    closing.signal.addEventListener('abort', giveUp, { once: true });
    try {
      await client.connect();
      while (!lost.signal.aborted) {
        const { rows } = await client.query<{ taken: boolean }>(
          "select pg_try_advisory_lock(hashtext('ampora leadership'), hashtext($1)) as taken",
          [name],
        );
        if (rows[0]?.taken === true) {
          logger.debug('Leading', { work: name });
          return await options.lead(lost.signal);
        }
        await pause(tryEveryMs, lost.signal);
      }
    } finally {
      closing.signal.removeEventListener('abort', giveUp);
      await client.end().catch(() => undefined);
    }
  }

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        await hold();
      } catch (error) {
        if (!closing.signal.aborted)
          logger.warn('Leading was interrupted; it is tried again', { work: name, error });
      }
      await pause(tryEveryMs, closing.signal);
    }
  }

  const ended = run();
  return {
    async close() {
      closing.abort();
      await ended;
    },
  };
}

/** Ends early when aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
