import { spawn } from 'node:child_process';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StartupError } from '@ampora/platform';
import type { PostgresBinaries } from './binaries.ts';
import { childEnvironment } from './child-environment.ts';
import { initdbArguments } from './postgres-settings.ts';
import type { RunAs } from './run-as.ts';

export interface ClusterOptions {
  readonly clusterDirectory: string;
  readonly binaries: PostgresBinaries;
  readonly runAs: RunAs;
  readonly superuserPassword: string;
}

/**
 * Makes the cluster's files unless they are there; false when they were. They are made under another name and renamed
 * when complete, so a start that is killed half-way leaves nothing that looks like a cluster.
 */
export async function makeCluster(options: ClusterOptions): Promise<boolean> {
  const existing = await clusterVersion(options.clusterDirectory);
  if (existing !== undefined) {
    refuseOtherVersion(existing, options);
    return false;
  }
  const unfinished = `${options.clusterDirectory}.unfinished`;
  const passwordFile = join(dirname(options.clusterDirectory), '.initdb-password');
  await rm(unfinished, { recursive: true, force: true });
  await rm(passwordFile, { force: true });
  await mkdir(unfinished, { mode: 0o700 });
  await writeFile(passwordFile, `${options.superuserPassword}\n`, { mode: 0o600 });
  try {
    const { owner } = options.runAs;
    if (owner !== undefined) {
      await Promise.all([unfinished, passwordFile].map((path) => chown(path, owner.uid, owner.gid)));
    }
    await initdb(options, [...initdbArguments, `--pgdata=${unfinished}`, `--pwfile=${passwordFile}`]);
  } finally {
    await rm(passwordFile, { force: true });
  }
  // An empty directory of this name may be there; a filled one that is not a cluster must not be overwritten.
  await rename(unfinished, options.clusterDirectory);
  return true;
}

async function clusterVersion(clusterDirectory: string): Promise<number | undefined> {
  try {
    return Number.parseInt(await readFile(join(clusterDirectory, 'PG_VERSION'), 'utf8'), 10);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function refuseOtherVersion(found: number, { clusterDirectory, binaries }: ClusterOptions): void {
  if (found === binaries.majorVersion) return;
  throw new StartupError(
    `The database in ${clusterDirectory} is of PostgreSQL ${found}, and this Ampora carries ${binaries.majorVersion}: start the Ampora ` +
      `that made it, or set Data__Directory to a new directory.`,
  );
}

function initdb({ binaries, runAs }: ClusterOptions, args: readonly string[]): Promise<void> {
  const [program, programArguments] = runAs.command(binaries.initdb, args);
  return new Promise((resolve, reject) => {
    const child = spawn(program, programArguments, {
      cwd: '/',
      env: childEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(runAs.owner === undefined || program !== binaries.initdb
        ? {}
        : { uid: runAs.owner.uid, gid: runAs.owner.gid }),
    });
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => output.push(String(chunk)));
    child.once('error', (cause) => {
      reject(new StartupError(`PostgreSQL's initdb could not be run: ${cause.message}.`, { cause }));
    });
    child.once('close', (code, signal) => {
      if (code === 0) {
        resolve();
        return;
      }
      const lines = output
        .join('')
        .split('\n')
        .filter((line) => line.trim() !== '');
      reject(
        new StartupError(
          `PostgreSQL could not make its files (initdb ended with ${signal ?? code}).${remedy(lines)}`,
          {
            details: lines.slice(-8),
          },
        ),
      );
    });
  });
}

function remedy(lines: readonly string[]): string {
  const missingLibrary = lines.some((line) => line.includes('error while loading shared libraries'));
  return missingLibrary ? ' Its libraries are incomplete: run npm ci without --ignore-scripts.' : '';
}
