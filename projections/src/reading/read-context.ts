import type { EventLog } from '@ampora/application/ports';
import type { Knex } from 'knex';
import type { ContentReader } from '../engine/content-reader.ts';

/** What queries stand on. */
export interface ReadContext {
  readonly knex: Knex;
  readonly eventLog: EventLog;
  readonly contents: ContentReader;
  readonly tenant: string;
}

export async function select<Row>(
  { knex }: Pick<ReadContext, 'knex'>,
  sql: string,
  bindings: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const result: { rows: Row[] } = await knex.raw(sql, bindings as never);
  return result.rows;
}

export function toIso(time: Date): string;
export function toIso(time: Date | null): string | null;
export function toIso(time: Date | null): string | null {
  return time?.toISOString() ?? null;
}
