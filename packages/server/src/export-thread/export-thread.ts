import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { openExport } from '@ampora/event-export';
import { nodeHashing, ProvenLog, TileStore } from '@ampora/worker';
import pg from 'pg';
import { connectLog } from '../event-log.ts';
import type { ExportThreadData, FromExportThread, ToExportThread } from './export-messages.ts';

/** The other side of the port: asks for chunks, and signs. */
class Reader {
  readonly gone = new AbortController();
  readonly #port: MessagePort;
  readonly #answers = new Map<number, PromiseWithResolvers<unknown>>();
  #asked = 0;
  #wanted = 0;
  #wake: (() => void) | undefined;

  constructor(port: MessagePort) {
    this.#port = port;
    port.on('message', (message: ToExportThread) => this.#take(message));
  }

  tell(message: FromExportThread, transfer: readonly ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  /** Resolves when a chunk is wanted; rejects when none ever will be. */
  async wants(): Promise<void> {
    while (this.#wanted === 0 && !this.gone.signal.aborted)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    this.gone.signal.throwIfAborted();
    this.#wanted--;
  }

  async sign(_tenant: string, text: string): Promise<{ readonly note: string }> {
    const note = (await this.#ask((id) => ({ kind: 'sign', id, text }))) as string;
    return { note };
  }

  async rotations(): Promise<string[]> {
    return (await this.#ask((id) => ({ kind: 'rotations', id }))) as string[];
  }

  #ask(message: (id: number) => FromExportThread): Promise<unknown> {
    const id = ++this.#asked;
    const answer = Promise.withResolvers<unknown>();
    this.#answers.set(id, answer);
    this.tell(message(id));
    return answer.promise;
  }

  #take(message: ToExportThread): void {
    if (message.kind === 'stop') this.gone.abort(new Error('The reader went away'));
    if (message.kind === 'more') this.#wanted++;
    if (message.kind === 'stop' || message.kind === 'more') {
      this.#wake?.();
      return;
    }
    const answer = this.#answers.get(message.id);
    this.#answers.delete(message.id);
    if (message.kind === 'refused') answer?.reject(new Error(message.message));
    else answer?.resolve(message.kind === 'signed' ? message.note : message.notes);
  }
}

/** Makes one export's file, over connections of its own, as fast as it is taken. */
async function main(port: MessagePort): Promise<void> {
  const { settings, connectionString, order } = workerData as ExportThreadData;
  const reader = new Reader(port);
  const pool = new pg.Pool({ connectionString, max: 2, application_name: 'ampora export' });
  // A connection that breaks while it is idle: what runs on others will tell.
  pool.on('error', () => undefined);
  try {
    const log = await connectLog(settings, connectionString);
    try {
      const hashing = nodeHashing;
      const proven = new ProvenLog(order.tenant, { log, store: new TileStore(pool), keys: reader, hashing });
      for await (const bytes of openExport({ ...order, log, proven, hashing, signal: reader.gone.signal })) {
        await reader.wants();
        const own = bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
        reader.tell({ kind: 'chunk', bytes: own }, [own.buffer as ArrayBuffer]);
      }
      reader.tell({ kind: 'end' });
    } finally {
      await log.close();
    }
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    reader.tell({ kind: 'failed', name, message });
  } finally {
    await pool.end();
    port.close();
  }
}

if (parentPort) await main(parentPort);
