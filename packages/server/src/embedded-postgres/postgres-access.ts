import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { StartupError } from '@ampora/platform';
import { z } from 'zod';

const shape = z.object({
  port: z.int().min(1).max(65535),
  /** Of the superuser `postgres`. */
  superuserPassword: z.string().min(1),
  /** Of `ampora`, who owns the database `ampora` and nothing else. */
  password: z.string().min(1),
  /** The role and the database exist. */
  provisioned: z.boolean(),
});

/** How the embedded PostgreSQL of a data directory is reached. Kept in a file that only its owner can read. */
export type PostgresAccess = z.output<typeof shape>;

const FILE = 'postgres-access.json';

/** What is on file, or fresh passwords and a free port when there is no file yet. */
export async function readOrMakeAccess(dataDirectory: string): Promise<PostgresAccess> {
  const path = join(dataDirectory, FILE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const access = {
      port: await findFreePort(),
      superuserPassword: randomBytes(24).toString('base64url'),
      password: randomBytes(24).toString('base64url'),
      provisioned: false,
    };
    await writeAccess(dataDirectory, access);
    return access;
  }
  try {
    return shape.parse(JSON.parse(text));
  } catch (cause) {
    throw new StartupError(
      `${path} does not hold the passwords of the embedded PostgreSQL any more: restore it from a backup.`,
      { cause },
    );
  }
}

export async function writeAccess(dataDirectory: string, access: PostgresAccess): Promise<void> {
  const path = join(dataDirectory, FILE);
  await writeFile(`${path}.new`, `${JSON.stringify(access, undefined, 2)}\n`, { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
}

export function connectionStringOf(access: PostgresAccess): string {
  return `postgres://ampora:${access.password}@127.0.0.1:${access.port}/ampora`;
}

/**
 * A free port below the range from which the system lends ports to outgoing connections, so that it is likely to be
 * free at the next start too.
 */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const port = 20_000 + (randomBytes(2).readUInt16BE() % 12_000);
    if (await isPortFree(port)) return port;
  }
  throw new StartupError('No free port between 20000 and 32000 for the embedded PostgreSQL.');
}

export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen({ port, host: '127.0.0.1' }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
