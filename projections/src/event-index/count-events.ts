import { catalogue } from '@ampora/catalogue';
import type { RecordedEvent } from '@ampora/kernel';
import { type ReadContext, select } from '../reading/read-context.ts';
import { anyAgent, type EventSearch, matchesSearch, type Stretch } from './event-filter.ts';
import { agentActorPrefix, eventIndexTable, typeCodeOf } from './event-index-row.ts';
import { findEvents, indexConditions } from './find-events.ts';

export interface EventCount {
  readonly value: string;
  readonly count: number;
}

/** How many events of each type and actor; each ignores its own filter. */
export interface EventFacets {
  readonly types: readonly EventCount[];
  readonly actors: readonly EventCount[];
  readonly total: number;
  /** There are more than were looked at: the newest were counted. */
  readonly isCapped: boolean;
}

/** Rows of the index that one count looks at, at the most. */
export const countedRows = 20_000;
/** Events of the log, where only the log knows. */
const countedEvents = 2_000;
const shownValues = 200;

export async function countEvents(
  context: ReadContext,
  search: EventSearch,
  within: Stretch,
): Promise<EventFacets> {
  const { stream, streamPrefix, agentId, actor, tenant } = search;
  const named = actor?.some((one) => one.startsWith(agentActorPrefix) && one !== anyAgent) === true;
  if (tenant !== undefined && tenant !== context.tenant)
    return { types: [], actors: [], total: 0, isCapped: false };
  const onlyLogKnows = stream !== undefined || streamPrefix !== undefined || agentId !== undefined || named;
  return onlyLogKnows ? countInLog(context, search, within) : countInIndex(context, search, within);
}

const nameOfCode: ReadonlyMap<number, string> = new Map(
  catalogue.map(({ type }) => [typeCodeOf(type), type]),
);

interface Group {
  readonly type_code: number;
  readonly actor: string | null;
  readonly count: number;
}

async function countInIndex(
  context: ReadContext,
  search: EventSearch,
  within: Stretch,
): Promise<EventFacets> {
  const { type: _type, ...anyType } = search;
  const { actor: _actor, ...anyActor } = search;
  const [all, types, actors] = await Promise.all([
    groupsOf(context, search, within),
    groupsOf(context, anyType, within),
    groupsOf(context, anyActor, within),
  ]);
  const add = (groups: readonly Group[]) => groups.reduce((sum, { count }) => sum + count, 0);
  return {
    types: sumBy(types, ({ type_code }) => nameOfCode.get(type_code) ?? String(type_code)),
    actors: sumBy(actors, ({ actor }) => actor ?? anyAgent),
    total: add(all),
    isCapped: [all, types, actors].some((groups) => add(groups) >= countedRows),
  };
}

/** Looked for among the newest when nothing that is indexed was asked for. */
function groupsOf(context: ReadContext, search: EventSearch, within: Stretch): Promise<readonly Group[]> {
  const { sql, bindings } = indexConditions(context.tenant, search, within);
  return select<Group>(
    context,
    `select type_code, actor, count(*)::int as count from (
       select type_code, actor from read.${eventIndexTable} where ${sql}
       order by position desc limit ${countedRows}) e
     group by 1, 2`,
    bindings,
  );
}

async function countInLog(context: ReadContext, search: EventSearch, within: Stretch): Promise<EventFacets> {
  const { type: _type, actor: _actor, ...others } = search;
  const { events, next } = await findEvents(context, {
    search: others,
    within,
    forwards: false,
    limit: countedEvents,
  });
  const { type, actor } = search;
  const ofTypes = events.filter((event) => matchesSearch(event, { type }));
  const ofActors = events.filter((event) => matchesSearch(event, { actor }));
  const once = (event: RecordedEvent) => ({ event, count: 1 });
  return {
    types: sumBy(ofActors.map(once), ({ event }) => event.type),
    actors: sumBy(ofTypes.map(once), ({ event }) => event.metadata.actor),
    total: ofTypes.filter((event) => matchesSearch(event, { actor })).length,
    isCapped: next !== null,
  };
}

function sumBy<Item extends { readonly count: number }>(
  items: readonly Item[],
  valueOf: (item: Item) => string,
): readonly EventCount[] {
  const sums = new Map<string, number>();
  for (const item of items) sums.set(valueOf(item), (sums.get(valueOf(item)) ?? 0) + item.count);
  return [...sums]
    .map(([value, count]) => ({ value, count }))
    .toSorted((left, right) => right.count - left.count || (left.value < right.value ? -1 : 1))
    .slice(0, shownValues);
}
