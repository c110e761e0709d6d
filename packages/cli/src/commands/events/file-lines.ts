import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CommandFailure } from '../../command-failure.ts';
import { exitCodes } from '../../exit-codes.ts';

/** Longer than any line of an export: what has no line ends is none. */
const LONGEST_LINE = 64 * 1024 * 1024;
const LINE_END = 0x0a;

export interface FileLine {
  readonly text: string;
  /** False for a last line that the file stops in. */
  readonly isEnded: boolean;
}

export interface FileLines {
  /** Some lines at a time. */
  readonly lines: AsyncIterable<readonly FileLine[]>;
  readonly sizeBytes: number;
  /** Of the file as it is stored. */
  readBytes(): number;
}

/** The lines of a file, plain or gzip, without their ends. Bytes that are no UTF-8 never give the text of any other line. */
export async function openLines(path: string): Promise<FileLines> {
  const { sizeBytes, isGzip } = await look(path);
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  let bytes = 0;
  file.on('data', (chunk) => (bytes += chunk.length));
  const plain: Readable = isGzip ? pipeline(file, createGunzip(), () => undefined) : file;
  return { lines: split(plain, path), sizeBytes, readBytes: () => bytes };
}

async function look(path: string): Promise<{ sizeBytes: number; isGzip: boolean }> {
  try {
    const file = await open(path);
    try {
      const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
      return { sizeBytes: (await file.stat()).size, isGzip: buffer[0] === 0x1f && buffer[1] === 0x8b };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function* split(stream: Readable, path: string): AsyncGenerator<readonly FileLine[]> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const end = chunk.lastIndexOf(LINE_END);
      if (end < 0) {
        rest.push(chunk);
        restBytes += chunk.length;
        if (restBytes > LONGEST_LINE)
          throw new CommandFailure(`${path} is not an export: it has no lines.`, exitCodes.unreadable);
        continue;
      }
      yield textsOf(Buffer.concat([...rest, chunk.subarray(0, end)])).map((text) => ({
        text,
        isEnded: true,
      }));
      rest = [chunk.subarray(end + 1)];
      restBytes = chunk.length - end - 1;
    }
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    throw unreadable(path, error);
  }
  if (restBytes > 0) yield textsOf(Buffer.concat(rest)).map((text) => ({ text, isEnded: false }));
}

function textsOf(bytes: Buffer): string[] {
  if (isUtf8(bytes)) return bytes.toString('utf8').split('\n');
  const texts: string[] = [];
  for (let from = 0; from <= bytes.length;) {
    const end = bytes.indexOf(LINE_END, from);
    const line = bytes.subarray(from, end < 0 ? bytes.length : end);
    texts.push(isUtf8(line) ? line.toString('utf8') : `${line.toString('utf8')}\0`);
    from += line.length + 1;
  }
  return texts;
}

function unreadable(path: string, error: unknown): CommandFailure {
  const { code = String(error) } = error as NodeJS.ErrnoException;
  return new CommandFailure(`${path} cannot be read (${code}).`, exitCodes.unreadable);
}
