import type { Metrics } from '@ampora/platform';
import type { Knex } from 'knex';

interface QueryEvent {
  readonly __knexQueryUid: string;
  readonly sql: string;
}

/** Times every statement that goes through knex, by its first word. */
export function measureQueries(knex: Knex, metrics: Metrics['database']): void {
  const underWay = new Map<string, number>();
  const ended = (query: QueryEvent): void => {
    const startedAt = underWay.get(query.__knexQueryUid);
    if (startedAt === undefined) return;
    underWay.delete(query.__knexQueryUid);
    metrics.queryDuration.observe(
      { operation: operationOf(query.sql) },
      (performance.now() - startedAt) / 1000,
    );
  };
  knex.on('query', (query: QueryEvent) => {
    underWay.set(query.__knexQueryUid, performance.now());
  });
  knex.on('query-response', (_response: unknown, query: QueryEvent) => {
    ended(query);
  });
  knex.on('query-error', (_error: unknown, query: QueryEvent) => {
    ended(query);
  });
}

const known = new Set([
  'select',
  'with',
  'insert',
  'update',
  'delete',
  'create',
  'drop',
  'begin',
  'commit',
  'rollback',
]);

/** A closed set, whatever the statement holds. */
function operationOf(sql: string): string {
  const word = /^[\s(]*([a-z]+)/i.exec(sql)?.[1]?.toLowerCase() ?? '';
  return known.has(word.replace(/;$/, '')) ? word : 'other';
}
