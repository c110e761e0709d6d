import { readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { basename } from 'node:path';
import type { Socket } from 'node:net';
import type { Pool, PoolClient } from 'pg';

/** As far back as it goes: what agents and readers leave over. On an idle machine that is all there is. */
const NICENESS = 19;
/** The system lets an ordinary user change a session's place ten times a second. */
const TRY_AGAIN_MS = 130;
const TRIES = 30;

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
  pool.on('connect', putBack);
}

/** What the driver knows of its connection. */
interface Connected {
  readonly processID?: number;
  readonly connection?: { readonly stream?: Socket };
}

/** Puts the database's process behind this connection back as far. */
export function putBack(client: PoolClient): void {
  const { processID, connection } = client as unknown as Connected;
  if (!processID || !connection?.stream?.localPort) return;
  try {
    // The process says in its title whom it works for: a number alone could be another machine's.
    const title = readFileSync(`/proc/${processID}/cmdline`, 'utf8');
    if (!title.startsWith('postgres: ') || !title.includes(`(${connection.stream.localPort})`)) return;
    setPriority(processID, NICENESS);
    stepSessionBack(processID, title);
  } catch {
    // It works as everyone does.
  }
}

/**
 * Each database process leads a session of its own, and where the system shares its processors among sessions
 * (`sched_autogroup_enabled`) a niceness counts only within one. So the session is put back too.
 */
function stepSessionBack(processId: number, title: string, tries = TRIES): void {
  const file = `/proc/${processId}/autogroup`;
  try {
    if (readFileSync(`/proc/${processId}/cmdline`, 'utf8') !== title) return;
    if (sessionOf(processId) === processId) writeFileSync(file, String(NICENESS));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN' && tries > 1)
      setTimeout(() => stepSessionBack(processId, title, tries - 1), TRY_AGAIN_MS).unref();
  }
}

/** From the process's statistics: what follows its name in brackets is state, parent, group, session. */
function sessionOf(processId: number): number {
  const text = readFileSync(`/proc/${processId}/stat`, 'utf8').replace(/^.*\) /s, '');
  return Number(text.split(' ')[3]);
}
