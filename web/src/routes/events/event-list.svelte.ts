import type { AnswerOf, CallOptions, Client, StoredEvent } from '@ampora/api-contract';

export const pageSize = 100;
/** More that came than this are fetched anew instead of being put on top. */
const mostWaiting = 200;

type Query = NonNullable<CallOptions<'listEvents'>['query']>;

/**
 * The events of one query, newest first. Older pages are added below as they are asked for; what comes meanwhile waits,
 * so that nothing moves under the reader's eyes.
 */
export class EventList {
  readonly #api: Client;
  readonly #query: Query;
  #items = $state.raw<readonly StoredEvent[]>([]);
  #next = $state<string | null>(null);
  #waiting = $state.raw<readonly StoredEvent[]>([]);
  #overflows = $state(false);
  #loading = $state(false);
  #failed = $state.raw<unknown>(null);
  #newest: string;

  constructor(api: Client, query: Query, first: AnswerOf<'listEvents'>, head: string) {
    this.#api = api;
    this.#query = query;
    this.#items = first.items;
    this.#next = first.next;
    this.#newest = first.items[0]?.position ?? head;
  }

  get items(): readonly StoredEvent[] {
    return this.#items;
  }

  get hasOlder(): boolean {
    return this.#next !== null;
  }

  get isLoading(): boolean {
    return this.#loading;
  }

  get failed(): unknown {
    return this.#failed;
  }

  /** How many have come since the list was shown, in words: `12`, `200+`. */
  get waiting(): string | null {
    if (this.#waiting.length === 0) return null;
    return this.#overflows ? `${mostWaiting}+` : String(this.#waiting.length);
  }

  async loadOlder(): Promise<void> {
    if (this.#next === null || this.#loading) return;
    this.#loading = true;
    try {
      // What no index finds is looked for in bounded steps, so that a page may be empty and yet not the last.
      let found = 0;
      while (found === 0 && this.#next !== null) {
        const page: AnswerOf<'listEvents'> = await this.#api('listEvents', {
          query: { ...this.#query, cursor: this.#next, limit: pageSize },
        });
        found = page.items.length;
        this.#items = [...this.#items, ...page.items];
        this.#next = page.next;
      }
      this.#failed = null;
    } catch (cause) {
      this.#failed = cause;
    } finally {
      this.#loading = false;
    }
  }

  /** Fetches what came after the newest event shown, and lets it wait. */
  async look(): Promise<void> {
    if (this.#overflows) return;
    const page = await this.#api('listEvents', {
      query: { ...this.#query, direction: 'forwards', from: this.#newest, limit: mostWaiting },
    });
    if (page.items.length === 0) return;
    this.#overflows = page.next !== null && page.items.length >= mostWaiting;
    this.#waiting = page.items.toReversed();
  }

  /** Puts what waits on top. False: too much came, the list has to be fetched anew. */
  take(): boolean {
    if (this.#overflows) return false;
    this.#items = [...this.#waiting, ...this.#items];
    this.#newest = this.#waiting[0]?.position ?? this.#newest;
    this.#waiting = [];
    return true;
  }
}
