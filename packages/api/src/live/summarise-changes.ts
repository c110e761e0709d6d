import type { LiveChanges } from '@ampora/api-contract';
import { streamPrefix } from '@ampora/catalogue';
import type { Position, RecordedEvent } from '@ampora/kernel';

/** What of a run of events a page needs to know: enough to decide what to read again. */
export interface Changes {
  readonly position: Position;
  readonly atMs: number;
  readonly agents: ReadonlySet<string>;
  readonly configurations: ReadonlySet<string>;
  readonly types: ReadonlySet<string>;
  /** Something that many agents share has changed: what all should run, or a group. */
  readonly fleet: boolean;
  readonly many: boolean;
  readonly events: number;
}

/** More touched agents than this are not listed: whoever shows a list reads it again as a whole. */
const MOST_LISTED = 200;

export function changesOf(events: readonly RecordedEvent[], position: Position): Changes {
  const agents = new Set<string>();
  const configurations = new Set<string>();
  const types = new Set<string>();
  let fleet = false;
  for (const event of events) {
    types.add(event.type);
    const { streamId } = event;
    if (streamId.startsWith(streamPrefix.agent)) agents.add(streamId.slice(streamPrefix.agent.length));
    else if (streamId.startsWith(streamPrefix.assignment))
      agents.add(streamId.slice(streamPrefix.assignment.length));
    else if (streamId.startsWith(streamPrefix.fleetAssignment)) fleet = true;
    // A group's members are told by nothing else that what they should run has changed.
    else if (streamId.startsWith(streamPrefix.group) && !streamId.startsWith(streamPrefix.groupName))
      fleet = true;
    else if (
      streamId.startsWith(streamPrefix.configuration) &&
      !streamId.startsWith(streamPrefix.configurationName)
    ) {
      configurations.add(streamId.slice(streamPrefix.configuration.length));
    }
  }
  return {
    position,
    atMs: events.at(-1)?.recordedAtMs ?? 0,
    agents,
    configurations,
    types,
    fleet,
    many: agents.size > MOST_LISTED,
    events: events.length,
  };
}

export function mergeChanges(all: readonly Changes[]): Changes | undefined {
  const last = all.at(-1);
  if (!last) return undefined;
  const union = (pick: (changes: Changes) => ReadonlySet<string>) =>
    new Set(all.flatMap((changes) => [...pick(changes)]));
  const agents = union((changes) => changes.agents);
  return {
    position: last.position,
    atMs: last.atMs,
    agents,
    configurations: union((changes) => changes.configurations),
    types: union((changes) => changes.types),
    fleet: all.some((changes) => changes.fleet),
    many: agents.size > MOST_LISTED || all.some((changes) => changes.many),
    events: all.reduce((sum, changes) => sum + changes.events, 0),
  };
}

export function toMessage(changes: Changes): LiveChanges {
  return {
    position: String(changes.position),
    at: new Date(changes.atMs).toISOString(),
    agents: changes.many ? [] : [...changes.agents],
    configurations: [...changes.configurations],
    types: [...changes.types],
    fleet: changes.fleet,
    many: changes.many,
    events: changes.events,
  };
}
