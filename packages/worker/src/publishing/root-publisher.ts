import type { EventLog } from '@ampora/application/ports';
import type { Logger } from '@ampora/platform';
import { pause } from '../leadership/leadership.ts';
import type { PublishingTarget } from './publishing-target.ts';
import { readRootsAfter } from './read-roots-after.ts';

export interface RootPublisherOptions {
  readonly log: EventLog;
  readonly tenants: () => Promise<readonly string[]>;
  readonly targets: readonly PublishingTarget[];
  readonly logger: Logger;
  /** How often it is looked for roots that nobody told of. Default 60,000. */
  readonly everyMs?: number;
  readonly retryMs?: number;
}

/** Shows each root to the outside, some time after it was sealed; a target that fails is tried again and holds nobody up. */
export class RootPublisher {
  readonly #options: RootPublisherOptions;
  readonly #closing = new AbortController();
  #nudged = new AbortController();
  readonly #ended: Promise<unknown>;

  constructor(options: RootPublisherOptions) {
    this.#options = options;
    this.#ended = Promise.all(options.targets.map((target) => this.#serve(target)));
  }

  /** There is something new. */
  nudge(): void {
    this.#nudged.abort();
    this.#nudged = new AbortController();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#ended;
  }

  async #serve(target: PublishingTarget): Promise<void> {
    const { logger, everyMs = 60_000, retryMs = 5_000 } = this.#options;
    let failures = 0;
    while (!this.#closing.signal.aborted) {
      const nudged = this.#nudged.signal;
      try {
        await this.#publish(target);
        failures = 0;
      } catch (error) {
        failures += 1;
        logger.warn('Roots could not be published and are tried again', {
          target: target.name,
          failures,
          error: error instanceof Error ? error.message : String(error),
        });
      }
      const isFailing = failures > 0;
      const waitMs = isFailing ? Math.min(retryMs * 2 ** (failures - 1), everyMs) : everyMs;
      // One that fails takes its time, whatever is sealed meanwhile.
      await pause(waitMs, AbortSignal.any([this.#closing.signal, ...(isFailing ? [] : [nudged])]));
    }
  }

  async #publish(target: PublishingTarget): Promise<void> {
    const { log, tenants, logger } = this.#options;
    await target.prepare();
    let published = 0;
    for (const tenant of await tenants()) {
      for await (const root of readRootsAfter(log, tenant, await target.publishedSize(tenant))) {
        this.#closing.signal.throwIfAborted();
        await target.publish(root);
        published += 1;
      }
    }
    if (published === 0) return;
    await target.finish();
    logger.debug('Roots published', { target: target.name, roots: published });
  }
}
