import type { Position, RecordedEvent } from '@ampora/kernel';

/** Which events are wanted: several values of one field are alternatives, fields combine. */
export interface EventSearch {
  readonly id?: string | undefined;
  readonly type?: readonly string[] | undefined;
  readonly stream?: string | undefined;
  readonly streamPrefix?: readonly string[] | undefined;
  /** `agent:*` stands for whatever agents say of themselves. */
  readonly actor?: readonly string[] | undefined;
  readonly tenant?: string | undefined;
  /** What the agent says, and what it was told to run. */
  readonly agentId?: string | undefined;
  readonly correlationId?: string | undefined;
  readonly causationId?: string | undefined;
}

/** A stretch of the log: after `after`, up to and with `upTo`. */
export interface Stretch {
  readonly after: Position;
  readonly upTo: Position;
}

export const anyAgent = 'agent:*';

export function matchesSearch(event: RecordedEvent, search: EventSearch): boolean {
  const { metadata, streamId } = event;
  const { id, type, stream, streamPrefix, actor, tenant, agentId, correlationId, causationId } = search;
  return (
    (id === undefined || event.id === id) &&
    (!type || type.length === 0 || type.includes(event.type)) &&
    (stream === undefined || streamId === stream) &&
    (!streamPrefix || streamPrefix.some((prefix) => streamId.startsWith(prefix))) &&
    (!actor || actor.length === 0 || actor.some((one) => isActor(metadata.actor, one))) &&
    (tenant === undefined || metadata.tenant === tenant) &&
    (agentId === undefined || streamId === `agent-${agentId}` || streamId === `assignment-${agentId}`) &&
    (correlationId === undefined || metadata.correlationId === correlationId) &&
    (causationId === undefined || metadata.causationId === causationId)
  );
}

function isActor(actor: string, wanted: string): boolean {
  return actor === wanted || (wanted === anyAgent && actor.startsWith('agent:'));
}
