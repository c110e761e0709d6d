import {
  type AppendResult,
  AppendTooLarge,
  type EventLog,
  type StreamAppend,
} from '@ampora/application/ports';
import type { Logger } from '@ampora/platform';

/** Someone with facts of one stream to store: at most one append of it is under way at a time. */
export interface FactSource {
  /** The appends to make now, its own stream last; called once for each `submit`. */
  takeAppends(): readonly StreamAppend[];
  stored(result: AppendResult): void;
  failed(error: unknown): void;
}

/** Gathers what all agents have to store in one turn of the event loop into one call of the log. */
export class FactWriter {
  readonly #log: EventLog;
  readonly #logger: Logger;
  #submitted: FactSource[] = [];
  #scheduled = false;
  #underWay = 0;
  #idle: (() => void)[] = [];

  constructor(log: EventLog, logger: Logger) {
    this.#log = log;
    this.#logger = logger;
  }

  submit(source: FactSource): void {
    this.#submitted.push(source);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      const sources = this.#submitted;
      this.#submitted = [];
      void this.#write(sources);
    });
  }

  /** Resolves when nothing is submitted or under way. */
  async drained(): Promise<void> {
    while (this.#scheduled || this.#underWay > 0)
      await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  async #write(sources: readonly FactSource[]): Promise<void> {
    this.#underWay++;
    const batch: StreamAppend[] = [];
    const places: { source: FactSource; last: number }[] = [];
    for (const source of sources) {
      const appends = this.#appendsOf(source);
      if (appends.length === 0) continue;
      batch.push(...appends);
      places.push({ source, last: batch.length - 1 });
    }
    try {
      if (batch.length > 0) {
        const results = await this.#log.append(batch);
        for (const { source, last } of places) settle(source, results[last]);
      }
    } catch (error) {
      if (error instanceof AppendTooLarge && places.length > 1) await this.#writeOneByOne(batch, places);
      else for (const { source } of places) source.failed(error);
    } finally {
      this.#underWay--;
      if (this.#underWay === 0 && !this.#scheduled) for (const resolve of this.#idle.splice(0)) resolve();
    }
  }

  /** One agent's oversized facts must not fail the others'. */
  async #writeOneByOne(
    batch: readonly StreamAppend[],
    places: readonly { source: FactSource; last: number }[],
  ): Promise<void> {
    let first = 0;
    for (const { source, last } of places) {
      try {
        settle(source, (await this.#log.append(batch.slice(first, last + 1))).at(-1));
      } catch (error) {
        source.failed(error);
      }
      first = last + 1;
    }
  }

  #appendsOf(source: FactSource): readonly StreamAppend[] {
    try {
      return source.takeAppends();
    } catch (error) {
      this.#logger.error('Facts could not be written down', { error: String(error) });
      source.failed(error);
      return [];
    }
  }
}

function settle(source: FactSource, result: AppendResult | undefined): void {
  if (result) source.stored(result);
  else source.failed(new Error('The event log gave no answer for an append'));
}
