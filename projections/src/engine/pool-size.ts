import type { Pool } from 'pg';

/**
 * Connections that a pool is to have so that this many projections can be built at once: each keeps one while its rows are
 * loaded, and the bookkeeping needs one beside all of them, with one more for whoever asks meanwhile.
 */
export function connectionsToBuild(projections: number): number {
  return projections + 2;
}

/** With fewer connections a build from the start would wait for itself, for ever and without a word. */
export class PoolTooSmall extends Error {
  override readonly name = 'PoolTooSmall';
}

/** Throws PoolTooSmall. */
export function requireConnections({ options: { max } }: Pool, projections: number): void {
  const needed = connectionsToBuild(projections);
  // pg's own default.
  const given = max ?? 10;
  if (given >= needed) return;
  throw new PoolTooSmall(
    `${projections} projections need a pool of ${needed} connections to be built; this one has ${given} at most. Give it max: connectionsToBuild(${projections}).`,
  );
}
