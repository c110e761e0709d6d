import type { ScavengedEvent } from '@ampora/application/ports';
import type pg from 'pg';
import { eventLogUnavailable } from './postgres-errors.ts';

/** One statement holds its rows for so many events. */
const eventsPerStatement = 1_000;

/** Empties events and marks them; the server's own function is the only way in which a stored event can change. */
export async function scavengeEvents(
  pool: pg.Pool,
  schema: string,
  events: readonly ScavengedEvent[],
  by: string,
): Promise<number> {
  let marked = 0;
  for (let start = 0; start < events.length; start += eventsPerStatement) {
    const part = events.slice(start, start + eventsPerStatement);
    try {
      const { rows } = await pool.query<{ marked: number }>(
        `select ${schema}.scavenge($1::bigint[], $2::text[], $3) as marked`,
        [part.map(({ position }) => String(position)), part.map(({ leafHash }) => leafHash), by],
      );
      marked += Number(rows[0]?.marked ?? 0);
    } catch (error) {
      throw eventLogUnavailable(error, 'Scavenging the event log failed');
    }
  }
  return marked;
}
