import { type AuditRetention, countScavenged, recordArchiveRead } from '@ampora/application';
import type { EventLog, People } from '@ampora/application/ports';
import type { Queries } from '@ampora/projections/queries';
import { requireRole } from '../authority/caller.ts';
import { momentOf, page } from '../reading/moment-of.ts';
import { mutable } from '../reading/mutable.ts';
import type { Handlers, Input } from '../routing/handlers.ts';

type AuditOperations = Pick<
  Handlers,
  'listAuditEvents' | 'getAuditFacets' | 'getAuditRetention' | 'sweepAuditRetention'
>;

export interface AuditHandlersOptions {
  readonly log: EventLog;
  readonly queries: Queries;
  readonly people: People;
  readonly retention: AuditRetention;
  /** Of the log itself; absent: everything is kept. */
  readonly scavengeAfterDays?: number | undefined;
}

export function auditHandlers(options: AuditHandlersOptions): AuditOperations {
  const { log, queries, people, retention, scavengeAfterDays } = options;
  return {
    async listAuditEvents(input) {
      const { at, after: _after, includeArchive, ...query } = input.query;
      const wantsArchive = includeArchive === 'true';
      if (wantsArchive) requireRole(input.caller, 'Admin');
      const moment = await momentOf(queries, { at });
      if (wantsArchive) await recordArchiveRead(log, askedFor(input), input.command);
      const { items, next } = await page(
        queries.listAuditEvents({ ...query, includeArchive: wantsArchive }, moment),
      );
      const names = await people.namesOf(items.map(({ actor }) => actor));
      const addresses = await people.open(
        items.map(({ actor, sourceIp }) => ({ actor, text: sourceIp ?? '' })),
      );
      const shown = items.map((item, index) => ({
        ...item,
        actorName: names.get(item.actor) ?? null,
        sourceIp: addresses[index] || null,
      }));
      return { items: mutable(shown), next };
    },

    async getAuditFacets({ query }) {
      const moment = await momentOf(queries, query);
      const { actors, ...facets } = await queries.auditFacets(moment);
      const names = await people.namesOf(actors.map(({ value }) => value));
      const named = actors.map((actor) => ({ ...actor, name: names.get(actor.value) ?? null }));
      return mutable({ ...facets, actors: named });
    },

    async getAuditRetention({ caller }) {
      const keeping = await queries.auditKeeping();
      return mutable({
        ...retention.policy,
        sweepIntervalMinutes: retention.sweepIntervalMinutes,
        ...keeping,
        nextSweepAt: new Date(retention.nextDueMs(Date.now())).toISOString(),
        log: {
          policy: scavengeAfterDays === undefined ? ('keep' as const) : { days: scavengeAfterDays },
          scavenged: await countScavenged(log, caller.tenant),
        },
      });
    },

    async sweepAuditRetention({ command }) {
      const { position, archived, purged } = await retention.sweep(command);
      return { position: position === null ? null : String(position), archived, purged };
    },
  };
}

/** The query as it is recorded; a person's search text may name others, and can be forgotten with that person. */
function askedFor({ query, caller }: Input<'listAuditEvents'>): Record<string, string> {
  const { text, cursor: _cursor, limit: _limit, after: _after, includeArchive: _always, ...rest } = query;
  const asked = Object.entries(rest).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(',') : String(value)] as const],
  );
  const searched = text === undefined ? {} : { text: caller.seal?.(text) ?? text };
  return { ...Object.fromEntries(asked), ...searched };
}
