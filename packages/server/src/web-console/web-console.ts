import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Logger } from '@ampora/platform';
import type { RequestHandler } from 'express';
import { takeExclusiveLock } from '../data-directory/exclusive-lock.ts';
import { buildConsole } from './build-console.ts';
import {
  buildOf,
  buildsFolder,
  consoleHash,
  hasSources,
  isBuild,
  pruneBuilds,
  shippedBuild,
  webConsoleState,
} from './console-builds.ts';

export interface WebConsoleOptions {
  readonly logger: Logger;
  /** The repository's root. */
  readonly root?: string;
  /** Gives up building. */
  readonly signal?: AbortSignal;
}

export const repositoryRoot = fileURLToPath(new URL('../../../../', import.meta.url));
const ASK_AGAIN_MS = 250;

/**
 * Builds the console when it is missing or older than its sources, and returns what serves it, to be mounted after the
 * API; `undefined` where there is nothing to build. Rejects with a StartupError that carries the end of the build's output.
 */
export async function prepareWebConsole(options: WebConsoleOptions): Promise<RequestHandler | undefined> {
  const folder = await findOrBuild(options);
  if (folder !== undefined) return loadHandler(folder);
  options.logger.warn('There is no web console in this installation: only the API is served');
  return undefined;
}

/** The folder of a finished build that nobody changes any more. */
export async function findOrBuild({
  logger,
  root = repositoryRoot,
  signal,
}: WebConsoleOptions): Promise<string | undefined> {
  if (!(await hasSources(root))) {
    const shipped = shippedBuild(root);
    return (await isBuild(shipped)) ? shipped : undefined;
  }
  for (;;) {
    signal?.throwIfAborted();
    const place = buildOf(root, await consoleHash(root));
    if (await isBuild(place)) return place;
    const release = await takeBuildersLock(root);
    if (release === undefined) {
      logger.debug('Another process builds the web console; waiting for it');
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
      continue;
    }
    try {
      if (await isBuild(place)) return place;
      const startedAt = performance.now();
      logger.info('Building the web console, once for these sources', { state: await webConsoleState(root) });
      const built = await buildConsole(root, signal);
      await pruneBuilds(root, built);
      logger.info('The web console is built', {
        seconds: Math.round((performance.now() - startedAt) / 100) / 10,
      });
      return built;
    } finally {
      await release();
    }
  }
}

/** Saves the second of two servers the work. Builds do not need it to leave each other alone. */
async function takeBuildersLock(root: string): Promise<(() => Promise<void>) | undefined> {
  await mkdir(buildsFolder(root), { recursive: true });
  const { dev, ino } = await stat(join(root, 'web'));
  return takeExclusiveLock(`ampora-web-build-${dev}-${ino}`, join(buildsFolder(root), 'building-lock'));
}

async function loadHandler(folder: string): Promise<RequestHandler> {
  // The adapter would take every page for https without these.
  process.env['PROTOCOL_HEADER'] ??= 'x-forwarded-proto';
  const built = pathToFileURL(join(folder, 'handler.js'));
  const { handler } = (await import(built.href)) as { handler: RequestHandler };
  return (request, response, next) => {
    // Set by us, so that a caller cannot: this server speaks plain HTTP on loopback.
    request.headers['x-forwarded-proto'] = 'encrypted' in request.socket ? 'https' : 'http';
    return handler(request, response, next);
  };
}
