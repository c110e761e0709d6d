import { readFileSync } from 'node:fs';
import pg from 'pg';

/** The clock that /proc counts in: 100 ticks a second on every Linux that Node runs on. */
const TICK_MICROS = 10_000;

function statOf(pid: number): {
  readonly parent: number;
  readonly cpuMicros: number;
  readonly ofDeadChildrenMicros: number;
} {
  // Behind the name, which may contain anything: state, parent, …; fields 14 to 17 are user, system, and the dead children's.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
    .map(Number);
  const micros = (first: number): number => ((fields[first] ?? 0) + (fields[first + 1] ?? 0)) * TICK_MICROS;
  return { parent: fields[1] ?? 0, cpuMicros: micros(11), ofDeadChildrenMicros: micros(13) };
}

/** A meter of the processor time of a PostgreSQL server on this machine, all its processes together; 0 where there is no /proc. */
export async function meterPostgres(connectionString: string): Promise<() => number> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  try {
    const postmaster = statOf(rows[0]?.pid ?? 0).parent;
    return () => {
      const own = statOf(postmaster);
      const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8')
        .trim()
        .split(' ');
      return children.reduce(
        (sum, child) => sum + cpuOf(Number(child)),
        own.cpuMicros + own.ofDeadChildrenMicros,
      );
    };
  } catch {
    return () => 0;
  } finally {
    await client.end();
  }
}

function cpuOf(pid: number): number {
  try {
    return statOf(pid).cpuMicros;
  } catch {
    // It ended since it was listed; the postmaster counts it with its dead.
    return 0;
  }
}
