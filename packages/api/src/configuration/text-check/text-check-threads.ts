import { Worker } from 'node:worker_threads';
import type { TextTask } from './text-task.ts';

/** A check that was given up: the text takes too long, or too much memory. */
export class TextTooComplex extends Error {
  override readonly name = 'TextTooComplex';
}

/** More texts wait than will be done in good time. */
export class TooManyChecks extends Error {
  override readonly name = 'TooManyChecks';
}

export interface ThreadsOptions {
  /** Default 2. */
  readonly threads?: number;
  /** How long one text may take. Default 10 s. */
  readonly timeLimitMs?: number;
  /** Texts that wait for a thread. Default 64. */
  readonly maxWaiting?: number;
  /** Memory of one thread beside the texts themselves. Default 512 MiB. */
  readonly memoryLimitMib?: number;
  /** A thread without work ends after that. Default 60 s. */
  readonly idleMs?: number;
  /** A thread is replaced after so many texts. Default 500. */
  readonly maxTexts?: number;
}

interface Job {
  readonly task: TextTask;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Threads that check texts, so that the loop which serves agents and people is free meanwhile. */
export class TextCheckThreads {
  readonly #options: Required<ThreadsOptions>;
  readonly #waiting: Job[] = [];
  readonly #threads = new Set<Thread>();

  constructor(options: ThreadsOptions = {}) {
    this.#options = {
      threads: 2,
      timeLimitMs: 10_000,
      maxWaiting: 64,
      memoryLimitMib: 512,
      idleMs: 60_000,
      maxTexts: 500,
      ...options,
    };
  }

  /** Rejects with TextTooComplex, or TooManyChecks. */
  run<Answer>(task: TextTask<Answer>): Promise<Answer> {
    if (this.#waiting.length >= this.#options.maxWaiting)
      return Promise.reject(
        new TooManyChecks(`${String(this.#waiting.length)} texts wait to be checked already.`),
      );
    return new Promise((resolve, reject) => {
      this.#waiting.push({ task, resolve: resolve as Job['resolve'], reject });
      this.#assign();
    });
  }

  async close(): Promise<void> {
    for (const { reject } of this.#waiting.splice(0)) reject(new TooManyChecks('The server is stopping.'));
    await Promise.all([...this.#threads].map((thread) => thread.end()));
  }

  #assign(): void {
    if (this.#waiting.length === 0) return;
    const idle = [...this.#threads].find((thread) => thread.isIdle);
    if (idle === undefined && this.#threads.size >= this.#options.threads) return;
    const job = this.#waiting.shift();
    if (job === undefined) return;
    (idle ?? this.#begin()).work(job);
  }

  #begin(): Thread {
    const thread = new Thread(this.#options, {
      onIdle: () => {
        this.#assign();
      },
      onEnd: () => {
        this.#threads.delete(thread);
        this.#assign();
      },
    });
    this.#threads.add(thread);
    return thread;
  }
}

class Thread {
  readonly #worker: Worker;
  readonly #options: Required<ThreadsOptions>;
  readonly #on: { readonly onIdle: () => void; readonly onEnd: () => void };
  #job: Job | undefined;
  #timer: NodeJS.Timeout | undefined;
  #texts = 0;
  #isEnding = false;

  constructor(options: Required<ThreadsOptions>, on: { onIdle: () => void; onEnd: () => void }) {
    this.#options = options;
    this.#on = on;
    this.#worker = new Worker(new URL('./text-check-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: options.memoryLimitMib },
      // Neither flags of a test runner nor what is in the environment concerns it.
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: {},
    });
    this.#worker.unref();
    this.#worker.on('message', (message: { answer?: unknown; error?: string }) => {
      this.#answer(message);
    });
    this.#worker.on('error', (error: NodeJS.ErrnoException) => {
      const isMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      this.#fail(isMemory ? new TextTooComplex('It takes more memory than a check may use.') : error);
    });
    this.#worker.on('exit', () => {
      this.#fail(new TextTooComplex('Its check ended before it was done.'));
      this.#on.onEnd();
    });
  }

  get isIdle(): boolean {
    return this.#job === undefined && !this.#isEnding;
  }

  work(job: Job): void {
    clearTimeout(this.#timer);
    this.#job = job;
    const { timeLimitMs } = this.#options;
    this.#timer = setTimeout(() => {
      this.#fail(new TextTooComplex(`It takes longer than ${String(timeLimitMs / 1000)} s to check.`));
      void this.end();
    }, timeLimitMs);
    this.#worker.ref();
    this.#worker.postMessage(job.task);
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    clearTimeout(this.#timer);
    await this.#worker.terminate();
  }

  #answer({ answer, error }: { answer?: unknown; error?: string }): void {
    const job = this.#job;
    clearTimeout(this.#timer);
    this.#job = undefined;
    if (answer === undefined) job?.reject(new Error(error ?? 'A check of a text gave no answer.'));
    else job?.resolve(answer);
    if (this.#isEnding) return;
    if (++this.#texts >= this.#options.maxTexts) {
      void this.end();
      return;
    }
    this.#worker.unref();
    this.#timer = setTimeout(() => void this.end(), this.#options.idleMs).unref();
    this.#on.onIdle();
  }

  #fail(error: Error): void {
    clearTimeout(this.#timer);
    this.#isEnding = true;
    this.#job?.reject(error);
    this.#job = undefined;
  }
}
