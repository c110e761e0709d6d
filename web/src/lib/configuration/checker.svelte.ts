import type { AnswerOf, Client, Finding, FindingLayer, ValidationTarget } from '@ampora/api-contract';
import { TextReader } from './text-reader.ts';
import { mostCheckedLive, utf8Bytes } from './text-size.ts';

/** How long a person must rest before the text is read here, and before the server is asked. */
const readAfterMs = 120;
const askAfterMs = 500;

/** What is found here already; the server finds it again, and more. */
const foundHere: readonly FindingLayer[] = ['syntax', 'semantic', 'schema'];

export type CheckState = 'resting' | 'checking' | 'failed' | 'too-large';

/** What else a text is checked with. */
export interface CheckAgainst {
  readonly release?: string;
  readonly target?: ValidationTarget;
}

/**
 * Checks a text while it is typed: first in a worker of the page, then with all that the server knows. Only the newest
 * text counts.
 */
export class Checker {
  readonly #api: Client;
  readonly #reader: TextReader;
  #findings = $state.raw<readonly Finding[]>([]);
  #components = $state.raw<AnswerOf<'validateConfiguration'>['components']>(null);
  #state = $state<CheckState>('resting');
  #bytes = $state(0);
  #timers: ReturnType<typeof setTimeout>[] = [];
  #running: AbortController | null = null;
  #newest = 0;

  constructor(api: Client, reader: TextReader = new TextReader()) {
    this.#api = api;
    this.#reader = reader;
  }

  get findings(): readonly Finding[] {
    return this.#findings;
  }

  get state(): CheckState {
    return this.#state;
  }

  /** Size of the text as UTF-8. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What the builds of the target lack; null when nothing was asked about builds. */
  get components(): AnswerOf<'validateConfiguration'>['components'] {
    return this.#components;
  }

  /** What reads the text beside the page. */
  get reader(): TextReader {
    return this.#reader;
  }

  get errors(): number {
    return this.#findings.filter(({ severity }) => severity === 'error').length;
  }

  check(text: string, against: CheckAgainst = {}): void {
    this.#drop();
    this.#bytes = utf8Bytes(text);
    if (text.trim() === '') {
      this.#findings = [];
      this.#components = null;
      this.#state = 'resting';
      return;
    }
    if (this.#bytes > mostCheckedLive) {
      this.#findings = [];
      this.#state = 'too-large';
      return;
    }
    this.#timers = [
      setTimeout(() => void this.#read(text, against.release ?? ''), readAfterMs),
      setTimeout(() => void this.#ask(text, against), askAfterMs),
    ];
  }

  /** Checks now, however large the text is. */
  checkNow(text: string, against: CheckAgainst = {}): void {
    this.#drop();
    void this.#ask(text, against);
  }

  /** Which components of another text the builds of the target lack, as in `receivers.filelog`. */
  async missingFrom(body: string, against: CheckAgainst): Promise<readonly string[]> {
    try {
      const { components } = await this.#api('validateConfiguration', { body: { body, ...against } });
      return components?.missing.map(({ component }) => component) ?? [];
    } catch {
      return [];
    }
  }

  stop(): void {
    this.#drop();
    this.#reader.stop();
  }

  #drop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#newest += 1;
    this.#running?.abort();
  }

  async #read(text: string, release: string): Promise<void> {
    const asked = this.#newest;
    try {
      const { findings, isReadable } = await this.#reader.ask('check', { text, release });
      if (asked !== this.#newest) return;
      // What only the server knows stays until it has answered again. Of a text that cannot be read it says nothing.
      const kept = !isReadable ? [] : this.#findings.filter(({ layer }) => !foundHere.includes(layer));
      this.#findings = [...findings, ...kept];
    } catch {
      // The server is asked anyway.
    }
  }

  async #ask(text: string, against: CheckAgainst): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    this.#state = 'checking';
    try {
      const { findings, components } = await this.#api('validateConfiguration', {
        body: { body: text, ...against },
        signal: running.signal,
      });
      if (running.signal.aborted) return;
      // A slower answer of the worker must not replace the server's.
      this.#newest += 1;
      this.#findings = findings;
      this.#components = components;
      this.#state = 'resting';
    } catch {
      if (!running.signal.aborted) this.#state = 'failed';
    }
  }
}
