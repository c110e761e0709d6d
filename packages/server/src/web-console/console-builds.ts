import { access, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { sourceHash } from './source-hash.ts';

/** The parts of the sources that a build has a copy of, so that it sees one state of them from beginning to end. */
export const copiedSources = [
  'web/src',
  'web/static',
  'web/package.json',
  'web/vite.config.ts',
  'web/tsconfig.json',
];
const sources = [...copiedSources, 'packages/api-contract/src', 'package-lock.json'];

/** Builds that nobody asks for any more are kept as long as they are among so many: a running server may still read one. */
const KEPT = 4;
/** Longer than any build takes. */
const ABANDONED_MS = 900_000;

export function consoleHash(root: string): Promise<string> {
  return sourceHash(root, sources);
}

export function buildsFolder(root: string): string {
  return join(root, 'web/.svelte-kit/console');
}

/** Where the build of these very sources is, whole or not there: it is moved into its place when it is finished. */
export function buildOf(root: string, hash: string): string {
  return join(buildsFolder(root), hash);
}

/** The build of an installation that came without sources. */
export function shippedBuild(root: string): string {
  return join(root, 'web/build');
}

export async function hasSources(root: string): Promise<boolean> {
  return exists(join(root, 'web/src/app.html'));
}

export async function isBuild(folder: string): Promise<boolean> {
  return exists(join(folder, 'handler.js'));
}

/** How the console stands: built from the sources that are here, from others, or not at all. */
export type WebConsoleState = 'current' | 'outdated' | 'missing' | 'without-sources';

/** Compares what is built with the sources, by content. An installation without sources is taken as it is. */
export async function webConsoleState(root: string): Promise<WebConsoleState> {
  if (!(await hasSources(root))) return (await isBuild(shippedBuild(root))) ? 'without-sources' : 'missing';
  if (await isBuild(buildOf(root, await consoleHash(root)))) return 'current';
  const others = await readdir(buildsFolder(root)).catch(() => []);
  return others.some((name) => !isUnfinished(name)) ? 'outdated' : 'missing';
}

export function unfinishedName(unique: string): string {
  return `building-${unique}`;
}

function isUnfinished(name: string): boolean {
  return name.startsWith('building-');
}

/** Removes builds of older sources beyond a few, and what killed builds left behind. `inUse` becomes the newest. */
export async function pruneBuilds(root: string, inUse: string): Promise<void> {
  const now = new Date();
  await utimes(inUse, now, now);
  const names = await readdir(buildsFolder(root));
  const folders = await Promise.all(
    names.map(async (name) => {
      const path = join(buildsFolder(root), name);
      return { name, path, usedMs: (await stat(path).catch(() => undefined))?.mtimeMs ?? 0 };
    }),
  );
  const finished = folders.filter(({ name }) => !isUnfinished(name)).sort((a, b) => b.usedMs - a.usedMs);
  const abandoned = folders.filter(
    ({ name, usedMs }) => isUnfinished(name) && usedMs < now.getTime() - ABANDONED_MS,
  );
  for (const { path } of [...finished.slice(KEPT), ...abandoned])
    await rm(path, { recursive: true, force: true });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
