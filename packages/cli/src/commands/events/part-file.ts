import { createReadStream } from 'node:fs';
import { type FileHandle, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { CommandFailure } from '../../command-failure.ts';
import { exitCodes } from '../../exit-codes.ts';

/** What a part file is a part of. */
export interface PartState {
  /** The request without what pins and continues it. */
  readonly query: string;
  readonly treeSize: number;
}

/** Where to go on: what the file holds before `offset` is whole. */
export interface GoOn {
  readonly offset: number;
  /** The leaf to ask from; 0 begins anew. */
  readonly from: number;
  /** First two lines, of a file with proofs. */
  readonly head?: string;
}

export const anew: GoOn = { offset: 0, from: 0 };

/** A file under construction: it gets its name when it is whole and on the disk. */
export class PartFile {
  readonly path: string;
  readonly #partPath: string;
  readonly #statePath: string;
  #file: FileHandle | undefined;

  constructor(path: string) {
    this.path = path;
    this.#partPath = `${path}.part`;
    this.#statePath = `${path}.part.json`;
  }

  /** What an interrupted export left, when it was of the same events. */
  async state(query: string): Promise<PartState | undefined> {
    try {
      const state = JSON.parse(await readFile(this.#statePath, 'utf8')) as PartState;
      return state.query === query ? state : undefined;
    } catch {
      return undefined;
    }
  }

  async begin(state: PartState): Promise<void> {
    await this.#orFail(() => writeFile(this.#statePath, `${JSON.stringify(state)}\n`));
  }

  /** Opens for writing behind what is whole; the rest is forgotten. */
  async openAt(offset: number): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
    this.#file = await this.#orFail(() => open(this.#partPath, offset === 0 ? 'w' : 'r+'));
    await this.#file.truncate(offset);
    this.#offset = offset;
  }
  #offset = 0;

  async write(bytes: Uint8Array): Promise<void> {
    const file = this.#file;
    if (!file) throw new Error('The part file is not open');
    for (let written = 0; written < bytes.length;) {
      const position = this.#offset;
      const { bytesWritten } = await this.#orFail(() =>
        file.write(bytes, written, bytes.length - written, position),
      );
      written += bytesWritten;
      this.#offset += bytesWritten;
    }
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  /** Gives the file its name. */
  async finish(): Promise<void> {
    await this.#orFail(async () => {
      await this.#file?.sync();
      await this.close();
      await rename(this.#partPath, this.path);
      await rm(this.#statePath, { force: true });
    });
  }

  /** Where a file with proofs goes on: before its last proof line, whose chunk may not be whole. */
  async lastChunk(): Promise<GoOn> {
    const file = await open(this.#partPath, 'r').catch(() => undefined);
    if (!file) return anew;
    try {
      const { size } = await file.stat();
      const head = await headOf(file, size);
      const found = head === undefined ? undefined : await lastProof(file, size);
      if (head === undefined || found === undefined || found.from === 0) return anew;
      return { ...found, head };
    } finally {
      await file.close();
    }
  }

  /** Where a CSV file, or JSONL without proofs, goes on: behind its last whole record. */
  async lastRecord({ isCsv }: { readonly isCsv: boolean }): Promise<GoOn> {
    let at = 0;
    let isQuoted = false;
    let recordAt = 0;
    let last: readonly [number, number] | undefined;
    try {
      for await (const chunk of createReadStream(this.#partPath, { highWaterMark: 1024 * 1024 })) {
        for (const byte of chunk as Buffer) {
          at += 1;
          if (byte === 0x22 && isCsv) isQuoted = !isQuoted;
          if (byte !== 0x0a || isQuoted) continue;
          last = [recordAt, at];
          recordAt = at;
        }
      }
    } catch {
      return anew;
    }
    if (!last) return anew;
    const [from, to] = last;
    const leaf = (isCsv ? leafOfRow : leafOfLine)((await readRange(this.#partPath, from, to)).toString());
    return leaf === undefined ? anew : { offset: to, from: leaf + 1 };
  }

  async #orFail<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      const { code = String(error) } = error as NodeJS.ErrnoException;
      throw new CommandFailure(`${this.path} cannot be written (${code}).`, exitCodes.failed);
    }
  }
}

function leafOfRow(record: string): number | undefined {
  const [, leaf] = /^(\d+),/.exec(record) ?? [];
  return leaf === undefined ? undefined : Number(leaf);
}

function leafOfLine(line: string): number | undefined {
  const [, leaf] = /"sequence":"(\d+)","position":"/.exec(line) ?? [];
  return leaf === undefined ? undefined : Number(leaf);
}

const WINDOW = 1024 * 1024;
const PROOF = '\n{"ampora":"proof","from":"';
const LONGEST_HEAD = 64 * 1024;

async function headOf(file: FileHandle, size: number): Promise<string | undefined> {
  const text = (await readAt(file, 0, Math.min(size, LONGEST_HEAD))).toString();
  const first = text.indexOf('\n');
  const second = text.indexOf('\n', first + 1);
  return first < 0 || second < 0 || !text.startsWith('{"ampora":"export"')
    ? undefined
    : text.slice(0, second);
}

/** Looks from the end on backwards: a chunk is at most some thousand lines. */
async function lastProof(
  file: FileHandle,
  size: number,
): Promise<{ readonly offset: number; readonly from: number } | undefined> {
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - WINDOW);
    // Windows overlap, so that a line which begins at a border is seen.
    const bytes = await readAt(file, start, Math.min(size, end + 128) - start);
    const at = bytes.lastIndexOf(PROOF);
    const [, from] =
      at < 0
        ? []
        : (/^(\d+)"/.exec(bytes.toString('latin1', at + PROOF.length, at + PROOF.length + 20)) ?? []);
    if (from !== undefined) return { offset: start + at + 1, from: Number(from) };
    end = start;
  }
  return undefined;
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

async function readRange(path: string, from: number, to: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    return await readAt(file, from, to - from);
  } finally {
    await file.close();
  }
}
