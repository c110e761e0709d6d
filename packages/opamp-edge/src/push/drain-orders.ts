import { setTimeout as sleep } from 'node:timers/promises';
import { typedEvents } from '@ampora/application';
import type { EventLog, LiveBatch, Subscription } from '@ampora/application/ports';
import type { BulkEvent } from '@ampora/catalogue';
import type { Position } from '@ampora/kernel';
import type { Logger } from '@ampora/platform';

export interface DrainOrdersOptions {
  readonly log: EventLog;
  readonly tenant: string;
  readonly logger: Logger;
  /** Closes the connection that an agent has here; false when it has none. */
  readonly drain: (agentId: string) => boolean;
}

/** Who is let go comes back at once: so many at a time can be taken in. */
const TOGETHER = 50;
const PAUSE_MS = 100;
const RETRY_MS = 1_000;

/**
 * Closes connections when somebody wants agents drained. Only what is ordered from now on: an edge that starts has no
 * connections of before.
 */
export class DrainOrders {
  readonly #options: DrainOrdersOptions;
  readonly #stopping = new AbortController();
  #subscription: Subscription | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: DrainOrdersOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#subscribe(await this.#options.log.head());
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#subscription?.close();
    await this.#running;
  }

  #subscribe(from: Position): void {
    const { log, logger } = this.#options;
    let position = from;
    const subscription = log.subscribeAll({
      from,
      filter: { types: ['BulkActionPerformed'] },
      onBatch: async (batch: LiveBatch) => {
        this.#take(batch);
        position = batch.position;
      },
    });
    this.#subscription = subscription;
    subscription.ended.catch((error: unknown) => {
      if (this.#stopping.signal.aborted) return;
      logger.error('Orders to drain are no longer followed; starting again', { error: String(error) });
      setTimeout(() => {
        if (!this.#stopping.signal.aborted) this.#subscribe(position);
      }, RETRY_MS).unref();
    });
  }

  #take({ events }: LiveBatch): void {
    const own = events.filter(({ metadata }) => metadata.tenant === this.#options.tenant);
    for (const { data } of typedEvents<BulkEvent>(own)) {
      if (data.action !== 'drain') continue;
      // The log is not kept waiting for it.
      this.#running = this.#running.then(() => this.#drain(data.agentIds));
    }
  }

  async #drain(agentIds: readonly string[]): Promise<void> {
    const { drain, logger } = this.#options;
    const { signal } = this.#stopping;
    let closed = 0;
    for (const agentId of agentIds) {
      if (signal.aborted) return;
      if (!drain(agentId) || ++closed % TOGETHER !== 0) continue;
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
    logger.info('Agents were drained', { meant: agentIds.length, closed });
  }
}
