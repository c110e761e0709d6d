import type { LiveChanges } from '@ampora/api-contract';
import { mergeChanges } from './changes.ts';
import { Paced } from './paced.ts';

export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'paused';
type Listener = (changes: LiveChanges) => void | Promise<void>;
type Shared = { readonly state: LiveState } | { readonly changes: LiveChanges } | { readonly hello: true };

const lock = 'ampora-live';
/** Pages hear of changes at most twice a second. */
const everyMs = 500;

/**
 * One live connection per browser: the tab that holds the lock keeps the EventSource (which resumes by itself with
 * Last-Event-ID) and passes on what it hears; the others listen. When that tab closes, another takes over.
 */
class Live {
  #state = $state<LiveState>('connecting');
  #paused = $state(false);
  #lastAt = $state<string | null>(null);
  #listeners = new Set<Listener>();
  #gathered: LiveChanges | null = null;
  #paced: Paced | null = null;
  #channel: BroadcastChannel | null = null;

  get state(): LiveState {
    return this.#paused ? 'paused' : this.#state;
  }

  /** When the newest change was heard of. */
  get lastAt(): string | null {
    return this.#lastAt;
  }

  /** While paused, changes are gathered, and handed on together afterwards. */
  pause(paused: boolean): void {
    this.#paused = paused;
    if (!paused && this.#gathered !== null) this.#paced?.ask();
  }

  onChanges(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Connects; the answer disconnects. For the browser only. */
  start(): () => void {
    const leaving = new AbortController();
    this.#paced = new Paced(everyMs, () => this.#deliver());
    if (typeof BroadcastChannel !== 'undefined') {
      this.#channel = new BroadcastChannel(lock);
      this.#channel.onmessage = ({ data }: MessageEvent<Shared>) => {
        this.#hear(data);
      };
      this.#channel.postMessage({ hello: true } satisfies Shared);
    }
    // Absent on plain http beyond localhost: there each tab has a connection of its own.
    if ('locks' in navigator && this.#channel) {
      navigator.locks
        .request(lock, { signal: leaving.signal }, () => this.#lead(leaving.signal))
        .catch(() => undefined);
    } else {
      void this.#lead(leaving.signal);
    }
    return () => {
      leaving.abort();
      this.#paced?.stop();
      this.#channel?.close();
      this.#channel = null;
    };
  }

  #lead(leaving: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (leaving.aborted) {
        resolve();
        return;
      }
      let source: EventSource;
      let retry: ReturnType<typeof setTimeout> | undefined;
      let lastPosition: string | null = null;
      const open = () => {
        // A source that the browser gave up on is replaced; it then resumes from the last position by query.
        source = new EventSource(lastPosition === null ? '/api/live' : `/api/live?after=${lastPosition}`);
        source.onopen = () => {
          this.#tell({ state: 'live' });
        };
        source.onerror = () => {
          this.#tell({ state: 'reconnecting' });
          if (source.readyState === EventSource.CLOSED) retry = setTimeout(open, 3_000);
        };
        source.addEventListener('changes', ({ data }: MessageEvent<string>) => {
          const changes = JSON.parse(data) as LiveChanges;
          lastPosition = changes.position;
          this.#tell({ changes });
        });
      };
      open();
      leaving.addEventListener('abort', () => {
        clearTimeout(retry);
        source.close();
        resolve();
      });
      this.#leading = true;
    });
  }

  #leading = false;

  #tell(message: Shared): void {
    this.#hear(message);
    this.#channel?.postMessage(message);
  }

  #hear(message: Shared): void {
    if ('hello' in message) {
      if (this.#leading) this.#channel?.postMessage({ state: this.#state } satisfies Shared);
      return;
    }
    if ('state' in message) {
      this.#state = message.state;
      return;
    }
    this.#state = 'live';
    this.#lastAt = message.changes.at;
    this.#gathered = mergeChanges(this.#gathered, message.changes);
    if (!this.#paused) this.#paced?.ask();
  }

  async #deliver(): Promise<void> {
    const changes = this.#gathered;
    this.#gathered = null;
    if (changes === null) return;
    await Promise.allSettled([...this.#listeners].map((listener) => listener(changes)));
  }
}

export const live = new Live();
