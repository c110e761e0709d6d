import { Worker } from 'node:worker_threads';
import { EventLogUnavailable } from '@ampora/application/ports';
import { type ExportRequest, orderOf } from '@ampora/event-export';
import type { Settings } from '@ampora/platform';
import type { ExportThreadData, FromExportThread, Signing, ToExportThread } from './export-messages.ts';

/**
 * An export needs a tenth of this, but would take what it is given: garbage is collected late where there is room.
 * Parquet gathers whole row groups.
 */
const HEAP_MIB = 80;
const PARQUET_HEAP_MIB = 384;
const YOUNG_MIB = 12;
/** Chunks under way, so that neither side waits for the other. */
const AHEAD = 2;

/**
 * As `openExport`, on a thread of its own: agents and readers never wait for an export's turn, and it holds the memory
 * that it needs, however long the log. Keys stay here: the thread asks for what is to be signed.
 */
export function exportsInThreads(settings: Settings, connectionString: string) {
  return async function* openExportInThread(
    request: ExportRequest,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const { proven, signal } = request;
    signal?.throwIfAborted();
    const thread = new Worker(new URL('./export-thread.ts', import.meta.url), {
      name: 'export',
      workerData: { settings, connectionString, order: orderOf(request) } satisfies ExportThreadData,
      resourceLimits: {
        maxOldGenerationSizeMb: request.format === 'parquet' ? PARQUET_HEAP_MIB : HEAP_MIB,
        maxYoungGenerationSizeMb: YOUNG_MIB,
      },
    });
    const tell = (message: ToExportThread) => thread.postMessage(message);
    const inbox = new Inbox(thread);
    const stop = () => inbox.fail(signal?.reason instanceof Error ? signal.reason : new Error('Stopped'));
    signal?.addEventListener('abort', stop, { once: true });
    try {
      for (let ahead = 0; ahead < AHEAD; ahead++) tell({ kind: 'more' });
      for (;;) {
        const message = await inbox.next();
        if (message.kind === 'end') return;
        if (message.kind === 'failed') throw failureOf(message);
        if (message.kind !== 'chunk') {
          void answer(message, proven).then(tell);
          continue;
        }
        yield message.bytes;
        tell({ kind: 'more' });
      }
    } finally {
      signal?.removeEventListener('abort', stop);
      tell({ kind: 'stop' });
      // It closes its connections; a thread that cannot is ended.
      if (!(await inbox.ended(5_000))) await thread.terminate();
    }
  };
}

async function answer(asked: Signing, proven: ExportRequest['proven']): Promise<ToExportThread> {
  const { id } = asked;
  try {
    return asked.kind === 'sign'
      ? { kind: 'signed', id, note: await proven.sign(asked.text) }
      : { kind: 'rotated', id, notes: await proven.rotations() };
  } catch (error) {
    return { kind: 'refused', id, message: error instanceof Error ? error.message : String(error) };
  }
}

function failureOf({ name, message }: { readonly name: string; readonly message: string }): Error {
  return name === 'EventLogUnavailable' ? new EventLogUnavailable(message) : new Error(message);
}

/** What the thread said, in order; rejects when it ended without a word. */
class Inbox {
  readonly #messages: FromExportThread[] = [];
  readonly #exited = Promise.withResolvers<void>();
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(thread: Worker) {
    thread.on('message', (message: FromExportThread) => {
      this.#messages.push(message);
      this.#wake?.();
    });
    thread.on('error', (error) => this.fail(error instanceof Error ? error : new Error(String(error))));
    thread.on('exit', () => {
      this.#exited.resolve();
      this.fail(new Error('The thread of an export ended before its file did'));
    });
  }

  fail(error: Error): void {
    this.#failure ??= error;
    this.#wake?.();
  }

  async next(): Promise<FromExportThread> {
    for (;;) {
      const message = this.#messages.shift();
      if (message) return message;
      if (this.#failure) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async ended(withinMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), withinMs);
    });
    const result = await Promise.race([this.#exited.promise.then(() => true), late]);
    clearTimeout(timer);
    return result;
  }
}
