import type { Client, Finding } from '@ampora/api-contract';

const restMs = 350;

/** Checks a text a moment after the last key press; only the newest answer counts. */
export class Checker {
  readonly #api: Client;
  #findings = $state.raw<readonly Finding[]>([]);
  #state = $state<'resting' | 'checking' | 'failed'>('resting');
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: AbortController | null = null;

  constructor(api: Client) {
    this.#api = api;
  }

  get findings(): readonly Finding[] {
    return this.#findings;
  }

  get state(): 'resting' | 'checking' | 'failed' {
    return this.#state;
  }

  get errors(): number {
    return this.#findings.filter(({ severity }) => severity === 'error').length;
  }

  check(text: string): void {
    clearTimeout(this.#timer);
    this.#running?.abort();
    if (text.trim() === '') {
      this.#findings = [];
      this.#state = 'resting';
      return;
    }
    this.#timer = setTimeout(() => void this.#ask(text), restMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#running?.abort();
  }

  async #ask(text: string): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    this.#state = 'checking';
    try {
      const { findings } = await this.#api('validateConfiguration', {
        body: { body: text },
        signal: running.signal,
      });
      if (running.signal.aborted) return;
      this.#findings = findings;
      this.#state = 'resting';
    } catch {
      if (!running.signal.aborted) this.#state = 'failed';
    }
  }
}
