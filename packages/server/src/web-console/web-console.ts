import { spawn } from 'node:child_process';
import { access, readFile, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Logger, StartupError } from '@ampora/platform';
import type { RequestHandler } from 'express';
import { takeExclusiveLock } from '../data-directory/exclusive-lock.ts';
import { sourceHash } from './source-hash.ts';

export interface WebConsoleOptions {
  readonly logger: Logger;
  /** The repository's root. */
  readonly root?: string;
  /** Gives up building. */
  readonly signal?: AbortSignal;
}

const BUILD_TIMEOUT_MS = 600_000;
const STAMP = 'source-hash';
const sources = [
  'web/src',
  'web/static',
  'web/package.json',
  'web/vite.config.ts',
  'web/tsconfig.json',
  'packages/api-contract/src',
  'package-lock.json',
];

const repositoryRoot = fileURLToPath(new URL('../../../../', import.meta.url));

/** How the console stands: built from the sources that are here, from others, or not at all. */
export type WebConsoleState = 'current' | 'outdated' | 'missing' | 'without-sources';

/** Compares what is built with the sources, by content. An installation without sources is taken as it is. */
export async function webConsoleState(root = repositoryRoot): Promise<WebConsoleState> {
  const built = await exists(join(root, 'web/build/handler.js'));
  if (!(await exists(join(root, 'web/src/app.html')))) return built ? 'without-sources' : 'missing';
  if (!built) return 'missing';
  const stamp = await readFile(join(root, 'web/build', STAMP), 'utf8').catch(() => '');
  return stamp === (await sourceHash(root, sources)) ? 'current' : 'outdated';
}

/**
 * Builds the console when it is missing or older than its sources, and returns what serves it, to be mounted after the
 * API; `undefined` where there is nothing to build. Rejects with a StartupError that carries the end of the build's output.
 */
export async function prepareWebConsole({
  logger,
  root = repositoryRoot,
  signal,
}: WebConsoleOptions): Promise<RequestHandler | undefined> {
  if (
    !(await exists(join(root, 'web/src/app.html'))) &&
    !(await exists(join(root, 'web/build/handler.js')))
  ) {
    logger.warn('There is no web console in this installation: only the API is served');
    return undefined;
  }
  await buildWhenNeeded(root, logger, signal);
  return loadHandler(root);
}

async function buildWhenNeeded(root: string, logger: Logger, signal?: AbortSignal): Promise<void> {
  for (;;) {
    signal?.throwIfAborted();
    const state = await webConsoleState(root);
    if (state === 'current' || state === 'without-sources') return;
    const { dev, ino } = await stat(join(root, 'web'));
    const release = await takeExclusiveLock(`ampora-web-build-${dev}-${ino}`, join(root, 'web/.build-lock'));
    if (release === undefined) {
      logger.debug('Another process builds the web console; waiting for it');
      await new Promise((resolve) => setTimeout(resolve, 250));
      continue;
    }
    try {
      const hash = await sourceHash(root, sources);
      const startedAt = performance.now();
      logger.info('Building the web console, once for these sources', { state });
      await build(root, signal);
      await writeFile(join(root, 'web/build', STAMP), hash);
      logger.info('The web console is built', {
        seconds: Math.round((performance.now() - startedAt) / 100) / 10,
      });
      return;
    } finally {
      await release();
    }
  }
}

function build(root: string, abort?: AbortSignal): Promise<void> {
  const web = join(root, 'web');
  const vite = join(
    dirname(createRequire(join(web, 'package.json')).resolve('vite/package.json')),
    'bin/vite.js',
  );
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [vite, 'build'], {
      cwd: web,
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
            `write to ${join(web, 'build')}.`,
          { details: lines.slice(-12) },
        ),
      );
    });
  });
}

async function loadHandler(root: string): Promise<RequestHandler> {
  // The adapter would take every page for https without these.
  process.env['PROTOCOL_HEADER'] ??= 'x-forwarded-proto';
  const built = pathToFileURL(join(root, 'web/build/handler.js'));
  const { handler } = (await import(built.href)) as { handler: RequestHandler };
  return (request, response, next) => {
    // Set by us, so that a caller cannot: this server speaks plain HTTP on loopback.
    request.headers['x-forwarded-proto'] = 'encrypted' in request.socket ? 'https' : 'http';
    return handler(request, response, next);
  };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
