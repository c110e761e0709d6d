import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { StartupError } from '@ampora/platform';
import {
  buildOf,
  buildsFolder,
  consoleHash,
  copiedSources,
  isBuild,
  unfinishedName,
} from './console-builds.ts';

const BUILD_TIMEOUT_MS = 600_000;

/**
 * Builds the console from a copy of its sources in a folder of its own, and moves the finished build into its place: no
 * build disturbs another one, an editor's next save or a server that serves an older build. Returns its folder; rejects
 * with a StartupError that carries the end of the build's output.
 */
export async function buildConsole(root: string, abort?: AbortSignal): Promise<string> {
  // Below web/, from where its packages are found.
  const workshop = join(buildsFolder(root), unfinishedName(randomUUID()));
  try {
    const hash = await copySources(root, workshop);
    await runVite(root, join(workshop, 'web'), abort);
    const place = buildOf(root, hash);
    try {
      await rename(join(workshop, 'web/build'), place);
    } catch (error) {
      // Someone was faster with the same sources: that build is as good.
      if (!(await isBuild(place))) throw error;
    }
    return place;
  } finally {
    // A build that was given up may still be writing its last files.
    await rm(workshop, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** Copies until the sources were the same before and after; returns their hash. */
async function copySources(root: string, workshop: string): Promise<string> {
  for (;;) {
    const hash = await consoleHash(root);
    await rm(workshop, { recursive: true, force: true });
    await mkdir(workshop, { recursive: true });
    for (const path of copiedSources) {
      await cp(join(root, path), join(workshop, path), { recursive: true }).catch(ignoreMissing);
    }
    if (hash === (await consoleHash(root))) return hash;
  }
}

function ignoreMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}

function runVite(root: string, folder: string, abort?: AbortSignal): Promise<void> {
  const vite = join(
    dirname(createRequire(join(root, 'web/package.json')).resolve('vite/package.json')),
    'bin/vite.js',
  );
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [vite, 'build'], {
      cwd: folder,
      env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: BUILD_TIMEOUT_MS,
      ...(abort === undefined ? {} : { signal: abort }),
    });
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => output.push(String(chunk)));
    child.once('error', reject);
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
          `The web console could not be built (vite ended with ${signal ?? code}): run npm run build --workspace web, as a user who may ` +
            `write to ${buildsFolder(root)}.`,
          { details: lines.slice(-12) },
        ),
      );
    });
  });
}
