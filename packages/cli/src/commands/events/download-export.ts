import { setTimeout as sleep } from 'node:timers/promises';
import { problemIn } from '@ampora/api-contract';
import { CommandFailure } from '../../command-failure.ts';
import { exitCodes } from '../../exit-codes.ts';
import type { Progress } from '../../output/progress.ts';
import { anew, type GoOn, PartFile } from './part-file.ts';

export type ExportFormat = 'jsonl' | 'csv' | 'parquet' | 'proofs';

export interface Download {
  readonly url: string;
  readonly format: ExportFormat;
  readonly withProofs: boolean;
  /** Filters and format, as the API takes them. */
  readonly query: Readonly<Record<string, string>>;
  /** Where the tree ends, when another file says so already. */
  readonly treeSize?: number;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** The connection ended before the file did. */
class Cut extends Error {
  override readonly name = 'Cut';
}

const ATTEMPTS = 6;
const LONGEST_PAUSE_MS = 10_000;

/** Writes the export into a file; goes on by itself when the connection is cut. Answers the size of the tree that it ends at. */
export async function downloadToFile(download: Download, path: string, resume: boolean): Promise<number> {
  const { format, signal } = download;
  const part = new PartFile(path);
  const query = new URLSearchParams(download.query).toString();
  let { treeSize } = download;
  let goOn = anew;
  const state = resume ? await part.state(query) : undefined;
  if (state && (treeSize === undefined || treeSize === state.treeSize)) {
    treeSize = state.treeSize;
    goOn = await wholeOf(download, part);
  }
  for (let attempt = 1; ; attempt++) {
    let received = 0;
    try {
      const answer = await ask(download, treeSize, goOn);
      treeSize = answer.treeSize;
      await part.begin({ query, treeSize });
      await part.openAt(goOn.offset);
      const end = createEndCheck(download);
      for await (const bytes of answer.bytes) {
        await part.write(bytes);
        received += bytes.length;
        end.see(bytes);
        answer.advance(bytes);
      }
      if (!end.isWhole()) throw new Cut('The end is missing');
      answer.advance();
      await part.finish();
      return treeSize;
    } catch (error) {
      await part.close();
      if (signal.aborted)
        throw new CommandFailure(
          `Stopped before the end. What is there is kept in ${path}.part: the same command with --resume goes on${format === 'parquet' ? ' (a Parquet file begins anew)' : ''}.`,
          exitCodes.failed,
        );
      if (!isCut(error) || treeSize === undefined) throw error;
      if (received > 0) attempt = 1;
      if (attempt >= ATTEMPTS)
        throw new CommandFailure(
          `The connection was cut ${ATTEMPTS} times (${reasonOf(error)}). What is there is kept in ${path}.part: the same command with --resume goes on.`,
          exitCodes.failed,
        );
      await sleep(Math.min(LONGEST_PAUSE_MS, 250 * 2 ** attempt), undefined, { signal }).catch(
        () => undefined,
      );
      goOn = await wholeOf(download, part);
    }
  }
}

/** Writes the export to standard output: what was written cannot be taken back, so a cut is the end. */
export async function downloadToOutput(
  download: Download,
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  const end = createEndCheck(download);
  const answer = await ask(download, download.treeSize, anew);
  try {
    for await (const bytes of answer.bytes) {
      await write(bytes);
      end.see(bytes);
      answer.advance(bytes);
    }
    if (end.isWhole()) return;
  } catch (error) {
    if (download.signal.aborted) throw new CommandFailure('Stopped before the end.', exitCodes.failed);
    if (!isCut(error)) throw error;
  }
  throw new CommandFailure(
    'The connection was cut before the end. With --output FILE an export goes on by itself.',
    exitCodes.failed,
  );
}

function wholeOf({ format, withProofs }: Download, part: PartFile): Promise<GoOn> {
  if (format === 'parquet') return Promise.resolve(anew);
  if (format === 'csv') return part.lastRecord({ isCsv: true });
  return format === 'proofs' || withProofs ? part.lastChunk() : part.lastRecord({ isCsv: false });
}

interface Answer {
  readonly treeSize: number;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Shows how far the export has come: by a chunk, or at its end. */
  advance(bytes?: Uint8Array): void;
}

async function ask(download: Download, treeSize: number | undefined, { from, head }: GoOn): Promise<Answer> {
  const { url, query, signal } = download;
  const search = new URLSearchParams(query);
  if (treeSize !== undefined) search.set('treeSize', String(treeSize));
  if (from > 0) search.set('from', String(from));
  if (head !== undefined) search.set('head', Buffer.from(head).toString('base64url'));
  const response = await fetch(`${url}/api/audit/export?${search}`, {
    // Over a wire it pays to compress; on this machine it only costs.
    headers: { 'accept-encoding': isLocal(url) ? 'identity' : 'gzip' },
    signal,
  });
  if (!response.ok || !response.body) throw problemIn(response, await response.text());
  const [first = 0, last = 0] = (response.headers.get('x-ampora-leaves') ?? '').split('-').map(Number);
  return {
    treeSize: Number(response.headers.get('x-ampora-tree-size')),
    bytes: response.body,
    advance: createAdvance(download, { first: from > 0 ? Math.min(first, from) : first, last }),
  };
}

const isLocal = (url: string): boolean => /^https?:\/\/(?:localhost|127\.|\[::1\])/.test(url);

/** How far it has come, by the last leaf that a chunk names. */
function createAdvance(
  { format, withProofs, progress }: Download,
  { first, last }: { readonly first: number; readonly last: number },
): (bytes?: Uint8Array) => void {
  const isProven = format === 'proofs' || (format === 'jsonl' && withProofs);
  const [mark, pattern] = isProven
    ? ['{"ampora":"proof","from":"', /(\d+)"/]
    : format === 'csv'
      ? ['\n', /(\d+),/]
      : ['"sequence":"', /(\d+)"/];
  const total = Math.max(0, last - first);
  return (bytes) => {
    if (total === 0) return;
    if (!bytes) progress.show(total, total);
    if (!bytes || format === 'parquet') return;
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    // The last one may be cut by the chunk's border: the one before it will do.
    const end = chunk.lastIndexOf(mark, chunk.length - mark.length - 24);
    const at = end + mark.length;
    const [, leaf] = end < 0 ? [] : (pattern.exec(chunk.toString('latin1', at, at + 20)) ?? []);
    if (leaf !== undefined) progress.show(Math.min(total, Math.max(0, Number(leaf) - first)), total);
  };
}

/** Whether a file with proofs has its end; the others are whole when the connection says so. */
function createEndCheck({ format, withProofs }: Download): {
  see(bytes: Uint8Array): void;
  isWhole(): boolean;
} {
  const isProven = format === 'proofs' || (format === 'jsonl' && withProofs);
  let tail = Buffer.alloc(0);
  return {
    see(bytes) {
      if (isProven) tail = Buffer.from(Buffer.concat([tail, bytes]).subarray(-4_096));
    },
    isWhole() {
      if (!isProven) return true;
      const text = tail.toString('latin1').trimEnd();
      return tail.at(-1) === 0x0a && text.slice(text.lastIndexOf('\n') + 1).startsWith('{"ampora":"end"');
    },
  };
}

/** Failures after which the rest may still be had: of the connection, not of the request. */
function isCut(error: unknown): boolean {
  if (error instanceof Cut) return true;
  return error instanceof TypeError || reasonOf(error) !== '';
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const { code } = (error.cause ?? error) as { code?: unknown };
  if (error instanceof Cut || error instanceof TypeError)
    return typeof code === 'string' ? code : error.message;
  return typeof code === 'string' && /^(E[A-Z]+|UND_ERR_)/.test(code) ? code : '';
}
