import { type AmporaEventType, catalogue } from '@ampora/catalogue';
import type { Handlers, Projection, Rows, Stamped } from '../engine/projection.ts';
import { logClockVersion } from './clock-row.ts';

export function secondOf(atMs: number): number {
  return Math.floor(atMs / 1_000) * 1_000;
}

function tick(event: Stamped, rows: Rows): void {
  rows.put('log_clock', { second: secondOf(event.atMs), last_position: event.position });
}

/** Stored bodies show in no read model before the event that refers to them: they need not be on the clock. */
const ticking = catalogue.map(({ type }) => type).filter((type) => type !== 'ContentStored');

/** Which position the log had reached at a time: a row for each second in which anything happened. */
export const logClockProjection: Projection = {
  name: 'log-clock',
  version: logClockVersion,
  tables: [
    {
      name: 'log_clock',
      kind: 'keyed',
      columns: { second: 'timestamptz', last_position: 'bigint' },
      primaryKey: ['second'],
      indexes: [{ name: 'position', on: 'last_position' }],
    },
  ],
  keysOf: () => [],
  on: Object.fromEntries(ticking.map((type: AmporaEventType) => [type, tick])) as Handlers,
};
