import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

/** One report that changed something and was answered. */
export interface LedgerEntry {
  readonly uid: string;
  readonly seq: number;
  /** SHA-256 of what the description says, hex. */
  readonly description?: string;
  readonly health?: { readonly healthy: boolean; readonly status: string; readonly lastError: string };
  /** SHA-256 of the effective configuration's body, hex; empty for an empty body. */
  readonly effectiveConfig?: string;
  readonly remoteConfigStatus?: { readonly hash: string; readonly status: string; readonly error: string };
  /** Hash of the build's component list, hex. */
  readonly components?: string;
  readonly disconnect?: true;
}

/**
 * Answered reports as JSON lines, each with `answeredAt` (RFC 3339), so that a test can look for each of them in the log afterwards.
 * Never claims too much: where an answer cannot be told from a push, it is not taken for one. A report may therefore be missing.
 */
export interface Ledger {
  write(entry: LedgerEntry): void;
  readonly entries: number;
  close(): Promise<void>;
}

/** Appends to the file. Rejects when it cannot be opened. */
export async function openLedger(path: string): Promise<Ledger> {
  const stream = createWriteStream(path, { flags: 'a' });
  await once(stream, 'open');
  let entries = 0;
  let fault: Error | undefined;
  stream.on('error', (error) => (fault = error));
  return {
    write(entry) {
      entries += 1;
      stream.write(`${JSON.stringify({ ...entry, answeredAt: new Date().toISOString() })}\n`);
    },
    get entries() {
      return entries;
    },
    async close() {
      if (fault === undefined) {
        stream.end();
        await once(stream, 'close');
      }
      if (fault !== undefined) throw new Error(`The ledger ${path} could not be written`, { cause: fault });
    },
  };
}
