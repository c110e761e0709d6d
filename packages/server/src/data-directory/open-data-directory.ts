import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { StartupError } from '@ampora/platform';
import { z } from 'zod';
import { takeExclusiveLock } from './exclusive-lock.ts';

const notice = z.object({ pid: z.int(), startedAt: z.string(), urls: z.record(z.string(), z.string()) });

/** What a running server says of itself in its data directory, for people and for other commands. */
export type ServerNotice = z.output<typeof notice>;

export interface DataDirectory {
  /** Absolute, without symbolic links. */
  readonly path: string;
  /** Says where this server is reached. */
  announce(urls: Readonly<Record<string, string>>): Promise<void>;
  /** Lets another server have it. */
  close(): Promise<void>;
}

const NOTICE = 'server.json';

/**
 * Makes the data directory when missing, checks that it can be written, and keeps every other server out of it until
 * closed, also when this process is killed. Rejects with a StartupError.
 */
export async function openDataDirectory(wanted: string): Promise<DataDirectory> {
  const path = await makeWritable(resolve(wanted));
  const { dev, ino } = await stat(path);
  const release = await takeExclusiveLock(`ampora-data-${dev}-${ino}`, join(path, 'server.lock'));
  if (release === undefined) throw await inUse(path);
  return {
    path,
    async announce(urls) {
      const text = JSON.stringify({ pid: process.pid, startedAt: new Date().toISOString(), urls });
      await writeFile(join(path, `${NOTICE}.new`), `${text}\n`);
      await rename(join(path, `${NOTICE}.new`), join(path, NOTICE));
    },
    async close() {
      await rm(join(path, NOTICE), { force: true });
      await release();
    },
  };
}

/** The notice of the server that runs on a data directory, or of the last one that was killed there. */
export async function readServerNotice(dataDirectory: string): Promise<ServerNotice | undefined> {
  try {
    return notice.parse(JSON.parse(await readFile(join(resolve(dataDirectory), NOTICE), 'utf8')));
  } catch {
    return undefined;
  }
}

async function makeWritable(path: string): Promise<string> {
  const probe = join(path, `.write-probe-${randomBytes(4).toString('hex')}`);
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    // As root, PostgreSQL's own user walks through here to its files; nobody can list it.
    if (process.getuid?.() === 0) await chmod(path, 0o711);
    await writeFile(probe, 'x', { flush: true });
    return await realpath(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new StartupError(
      `The data directory ${path} (Data:Directory) cannot be written: ${reasons[code ?? ''] ?? message}. ` +
        'Give it to the user that runs Ampora, or set Data__Directory to another one.',
      { cause },
    );
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'it is on a read-only file system',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'a file of that name is in its place',
  ENOTDIR: 'a part of its path is a file',
};

async function inUse(path: string): Promise<StartupError> {
  const holder = await readServerNotice(path);
  const who = holder === undefined ? 'another Ampora' : `the Ampora with process id ${holder.pid}`;
  const where = holder?.urls['console'] === undefined ? '' : ` (${holder.urls['console']})`;
  return new StartupError(
    `The data directory ${path} is in use by ${who}${where}: stop it, or set Data__Directory to another directory.`,
  );
}
