import type pg from 'pg';
import { backOff, pause } from '../back-off.ts';

export interface WakeUpsOptions {
  readonly channel: string;
  readonly connect: (onLost: () => void) => Promise<pg.Client>;
  /** Other processes are told at most once per this many milliseconds. */
  readonly notifyEveryMs: number;
}

/**
 * Tells sleeping subscriptions that the log has grown: at once those in this process, by NOTIFY those in others.
 * A lost notification costs time only, subscriptions also look by themselves. NOTIFY is sent on a connection of its
 * own, after the commit and coalesced: inside the appending transaction it would take a global lock.
 */
export class WakeUps {
  readonly #options: WakeUpsOptions;
  readonly #stopping = new AbortController();
  readonly #sleepers = new Set<() => void>();
  #head = 0n;
  #told = 0n;
  #telling: Promise<void> | undefined;
  #listening: Promise<void> | undefined;
  #client: pg.Client | undefined;

  constructor(options: WakeUpsOptions) {
    this.#options = options;
  }

  /** This process stored events up to `head`. */
  stored(head: bigint): void {
    this.#grown(head);
    this.#telling ??= this.#tell().finally(() => (this.#telling = undefined));
  }

  /** Resolves when the log may hold something after `position`, after `atMostMs`, or when the signal is aborted. */
  async sleep(position: bigint, atMostMs: number, signal: AbortSignal): Promise<void> {
    this.#listening ??= this.#listen();
    if (this.#head > position || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.#sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, atMostMs);
      signal.addEventListener('abort', wake, { once: true });
      this.#sleepers.add(wake);
    });
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#telling;
    await this.#listening;
    await this.#client?.end().catch(() => undefined);
  }

  #grown(head: bigint): void {
    if (head <= this.#head) return;
    this.#head = head;
    this.#wakeAll();
  }

  #wakeAll(): void {
    for (const wake of [...this.#sleepers]) wake();
  }

  async #tell(): Promise<void> {
    while (this.#told < this.#head && !this.#stopping.signal.aborted) {
      const head = this.#head;
      try {
        const client = (this.#client ??= await this.#open());
        await client.query('select pg_notify($1, $2)', [this.#options.channel, head.toString()]);
        this.#told = head;
      } catch {
        // Whoever listens looks by itself after a while.
        this.#told = head;
      }
      await pause(this.#options.notifyEveryMs, this.#stopping.signal);
    }
  }

  #open(): Promise<pg.Client> {
    const opened: { client?: pg.Client } = {};
    return this.#options
      .connect(() => {
        if (this.#client === opened.client) this.#client = undefined;
      })
      .then((client) => (opened.client = client));
  }

  /** Listens for as long as the log is open, over any number of connections. */
  async #listen(): Promise<void> {
    const wait = backOff({ firstMs: 50, maxMs: 2_000 });
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        const lost = new AbortController();
        const client = await this.#options.connect(() => lost.abort());
        try {
          client.on('notification', (message) => this.#notified(message.payload));
          await client.query(`listen ${this.#options.channel}`);
          wait.reset();
          // What was stored while nobody listened.
          this.#wakeAll();
          await untilAborted(AbortSignal.any([lost.signal, signal]));
        } finally {
          await client.end().catch(() => undefined);
        }
      } catch {
        // The subscriptions report what is wrong with the database; this only waits for it to return.
      }
      await pause(wait.nextMs(), signal);
    }
  }

  #notified(payload: string | undefined): void {
    if (payload && /^\d{1,19}$/.test(payload)) this.#grown(BigInt(payload));
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
