import { readFileSync, readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { basename } from 'node:path';
import type { Socket } from 'node:net';
import type { Pool, PoolClient } from 'pg';

/** As far back as it goes: what agents and readers leave over. On an idle machine that is all there is. */
const NICENESS = 19;

/**
 * Lets the system prefer all others to this thread, and to the database's processes that work for this pool where they
 * run on this machine. Best effort, on Linux: elsewhere, and for a database elsewhere, the share of the rebuild is all.
 */
export function stepBack(pool: Pool): void {
  try {
    // Of a thread, its own task: the rest of the process stays as it is.
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), NICENESS);
  } catch {
    return;
  }
  pool.on('connect', stepBackBehind);
}

/** What the driver knows of its connection. */
interface Connected {
  readonly processID?: number;
  readonly connection?: { readonly stream?: Socket };
}

function stepBackBehind(client: PoolClient): void {
  const { processID, connection } = client as unknown as Connected;
  if (!processID || !connection?.stream?.localPort) return;
  try {
    // The process says in its title whom it works for: a number alone could be another machine's.
    const title = readFileSync(`/proc/${processID}/cmdline`, 'utf8');
    if (title.startsWith('postgres: ') && title.includes(`(${connection.stream.localPort})`))
      setPriority(processID, NICENESS);
  } catch {
    // It works as everyone does.
  }
}
