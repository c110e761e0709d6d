import type { Position } from '@ampora/kernel';
import { timelineTable } from '../agent-timeline/timeline-row.ts';
import { configurationTable } from '../configurations/configuration-row.ts';
import { type ReadContext, select } from '../reading/read-context.ts';

/** What the history tells of an event, for those that touched an agent. */
export interface ToldEvent {
  readonly type: string;
  readonly actor: string;
  readonly title: string;
  readonly detail: string;
  /** The version that it is about, if it is about one. */
  readonly configuration: { readonly id: string; readonly name: string; readonly version: number } | null;
}

interface Row {
  readonly position: string;
  readonly type: string;
  readonly actor: string;
  readonly title: string;
  readonly detail: string;
  readonly configuration_id: string | null;
  readonly name: string | null;
  readonly version: number | null;
}

export async function describeEvents(
  context: ReadContext,
  positions: readonly Position[],
): Promise<ReadonlyMap<Position, ToldEvent>> {
  if (positions.length === 0) return new Map();
  const rows = await select<Row>(
    context,
    `select t.position, t.type, t.actor, t.title, t.detail, c.configuration_id, c.name, (t.data->>'version')::int as version
     from read.${timelineTable} t left join read.${configurationTable} c
       on c.configuration_id = (t.data->>'configurationId')::uuid
     where t.position = any(?::bigint[]) and t.tenant = ?`,
    [positions.map(String), context.tenant],
  );
  return new Map(
    rows.map(({ position, type, actor, title, detail, configuration_id: id, name, version }) => [
      BigInt(position),
      {
        type,
        actor,
        title,
        detail,
        configuration: id === null || version === null ? null : { id, name: name ?? '', version },
      },
    ]),
  );
}
