import { type AmporaEventType, catalogue } from '@ampora/catalogue';
import type { Handlers, Projection, Rows, Stamped } from '../engine/projection.ts';
import { logClockVersion } from './clock-row.ts';
import { isChange, isTrouble } from './kind-of-event.ts';

export function secondOf(atMs: number): number {
  return Math.floor(atMs / 1_000) * 1_000;
}

function tick(event: Stamped, rows: Rows): void {
  const { tenant } = event.metadata;
  const before = rows.get('log_total', tenant);
  const events = ((before?.['events'] as bigint | undefined) ?? 0n) + 1n;
  const changes = ((before?.['changes'] as bigint | undefined) ?? 0n) + (isChange(event) ? 1n : 0n);
  const trouble = ((before?.['trouble'] as bigint | undefined) ?? 0n) + (isTrouble(event) ? 1n : 0n);
  const last_position = event.position;
  rows.put('log_total', {
    tenant,
    first_position: before?.['first_position'] ?? event.position,
    first_at: before?.['first_at'] ?? event.atMs,
    last_position,
    last_at: event.atMs,
    events,
    changes,
    trouble,
  });
  rows.put('log_clock', { tenant, second: secondOf(event.atMs), last_position, events, changes, trouble });
}

/** Stored bodies show in no read model before the event that refers to them: they need not be on the clock. */
const ticking = catalogue.map(({ type }) => type).filter((type) => type !== 'ContentStored');

/**
 * Which position the log had reached at a time, and how much had happened until then: a row for each second in which
 * anything happened. The counts run from the beginning, so that those of any span are the difference of two rows.
 */
export const logClockProjection: Projection = {
  name: 'log-clock',
  version: logClockVersion,
  tables: [
    {
      name: 'log_clock',
      kind: 'keyed',
      columns: {
        tenant: 'text',
        second: 'timestamptz',
        last_position: 'bigint',
        events: 'bigint',
        changes: 'bigint',
        trouble: 'bigint',
      },
      primaryKey: ['tenant', 'second'],
      indexes: [{ name: 'position', on: 'tenant, last_position' }],
    },
    {
      name: 'log_total',
      kind: 'keyed',
      columns: {
        tenant: 'text',
        first_position: 'bigint',
        first_at: 'timestamptz',
        last_position: 'bigint',
        last_at: 'timestamptz',
        events: 'bigint',
        changes: 'bigint',
        trouble: 'bigint',
      },
      primaryKey: ['tenant'],
    },
  ],
  keysOf: (event) => [{ table: 'log_total', key: [event.metadata.tenant] }],
  on: Object.fromEntries(ticking.map((type: AmporaEventType) => [type, tick])) as Handlers,
};
