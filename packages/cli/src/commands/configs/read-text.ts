import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { readConfigBytes, suggestName } from '@ampora/collector-config';
import { CommandFailure } from '../../command-failure.ts';
import { exitCodes } from '../../exit-codes.ts';

/** Reads a file, or standard input as `-`, as UTF-8, exactly: a byte order mark is part of the text. */
export async function readText(file: string): Promise<string> {
  const bytes = file === '-' ? await buffer(process.stdin) : await readBytes(file);
  const read = readConfigBytes(bytes);
  if (read.ok) return read.text;
  throw new CommandFailure(`${file}: ${read.message}`, exitCodes.failed);
}

async function readBytes(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(file: string, error: unknown): CommandFailure {
  const { code = 'unreadable' } = error as NodeJS.ErrnoException;
  return new CommandFailure(`${file} cannot be read (${code}).`, exitCodes.failed);
}

/** The files meant: as they are, and of a folder every .yaml and .yml below it in order of their paths. */
export async function filesOf(given: readonly string[]): Promise<readonly string[]> {
  const lists = await Promise.all(
    given.map(async (path) => {
      try {
        if (path === '-' || !(await stat(path)).isDirectory()) return [path];
        const below = await readdir(path, { recursive: true });
        const files = below.filter((name) => /\.ya?ml$/i.test(name)).toSorted();
        if (files.length > 0) return files.map((name) => join(path, name));
      } catch (error) {
        throw unreadable(path, error);
      }
      throw new CommandFailure(`There is no .yaml or .yml file below ${path}.`, exitCodes.failed);
    }),
  );
  return lists.flat();
}

/** The configuration that a file is about: what it calls itself, else its name without the ending. */
export function nameOf(file: string, text: string): string {
  const name = suggestName(text, file === '-' ? undefined : file);
  if (name !== undefined) return name;
  throw new CommandFailure(
    `${file === '-' ? 'Standard input' : file} has no name: add --name NAME, or # ampora.name: NAME as its first line.`,
    exitCodes.usage,
  );
}
