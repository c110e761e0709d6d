import { loadAgents, type LoadedAgent } from '@ampora/application';
import type { EventLog } from '@ampora/application/ports';

interface Wish {
  readonly agentId: string;
  readonly resolve: (loaded: LoadedAgent) => void;
  readonly reject: (error: unknown) => void;
}

const TOGETHER = 500;
const AT_ONCE = 2;

/** Reads agents from the log, those asked for in one turn of the event loop together: ten thousand come back at once after a restart. */
export class AgentLoader {
  readonly #log: EventLog;
  #wishes: Wish[] = [];
  #scheduled = false;
  #reading = 0;

  constructor(log: EventLog) {
    this.#log = log;
  }

  load(agentId: string): Promise<LoadedAgent> {
    return new Promise((resolve, reject) => {
      this.#wishes.push({ agentId, resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled || this.#reading >= AT_ONCE || this.#wishes.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      void this.#read(this.#wishes.splice(0, TOGETHER));
      this.#schedule();
    });
  }

  async #read(wishes: readonly Wish[]): Promise<void> {
    this.#reading++;
    try {
      const loaded = await loadAgents(
        this.#log,
        wishes.map(({ agentId }) => agentId),
      );
      wishes.forEach((wish, index) => {
        wish.resolve(loaded[index] as LoadedAgent);
      });
    } catch (error) {
      for (const wish of wishes) wish.reject(error);
    } finally {
      this.#reading--;
      this.#schedule();
    }
  }
}
