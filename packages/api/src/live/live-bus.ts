import type { EventLog, Subscription } from '@ampora/application/ports';
import type { Position } from '@ampora/kernel';
import { Subject } from 'rxjs';
import { type Changes, changesOf } from './summarise-changes.ts';

/** Bodies are not news. */
const NEWS = (type: string) => type !== 'ContentStored';

/** One tail of the log for every browser of this process. */
export class LiveBus {
  readonly changes = new Subject<Changes>();
  readonly #log: EventLog;
  #subscription: Subscription | undefined;
  #position: Position = 0n;

  constructor(log: EventLog) {
    this.#log = log;
  }

  /** The last position that has gone out. */
  get position(): Position {
    return this.#position;
  }

  async start(): Promise<void> {
    this.#position = await this.#log.head();
    this.#subscription = this.#log.subscribeAll({
      from: this.#position,
      onBatch: async ({ events, position }) => {
        this.#position = position;
        const news = events.filter((event) => NEWS(event.type));
        if (news.length > 0) this.changes.next(changesOf(news, position));
      },
    });
  }

  async stop(): Promise<void> {
    await this.#subscription?.close();
    this.changes.complete();
  }

  /**
   * What happened after a position, for a browser that comes back. More than `most` events are not read: the answer
   * says `many`, and the page reads everything again.
   */
  async missedSince(from: Position, most = 2_000): Promise<Changes | undefined> {
    const until = this.#position;
    if (from >= until) return undefined;
    const events = [];
    for await (const page of this.#log.readAll({ from, maxCount: most, pageSize: 500 }))
      events.push(...page.filter((event) => NEWS(event.type)));
    const changes = changesOf(events, until);
    return events.length < most ? changes : { ...changes, many: true, fleet: true };
  }
}
