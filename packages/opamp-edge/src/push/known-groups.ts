import { type GroupEvent, groupEvents, streamOf } from '@ampora/catalogue';
import { type Cause, causeOf, typedEvents } from '@ampora/application';
import type { EventLog } from '@ampora/application/ports';
import { evolveStanding, type GroupStanding, noStanding, wantedOfGroup } from '@ampora/domain';
import { type Position, type RecordedEvent, START } from '@ampora/kernel';

/** A group as far as the edge goes, and how far in the log that is known. */
export interface KnownGroup {
  readonly standing: GroupStanding;
  readonly seenTo: Position;
  /** When what it has its members run changed last, and by what. */
  readonly at: Position;
  readonly by: Cause | null;
}

const types: ReadonlySet<string> = new Set(groupEvents.map(({ type }) => type));
const unknown: KnownGroup = { standing: noStanding, seenTo: START, at: START, by: null };

/** The groups that agents of this edge are in: read when the first of them comes, followed from then on. */
export class KnownGroups {
  readonly #log: EventLog;
  readonly #groups = new Map<string, KnownGroup>();
  readonly #loading = new Map<string, Promise<void>>();

  constructor(log: EventLog) {
    this.#log = log;
  }

  find(groupId: string): KnownGroup | undefined {
    return this.#groups.get(groupId);
  }

  /** Resolves when the group is known. */
  load(groupId: string): Promise<void> {
    if (this.#groups.has(groupId)) return Promise.resolve();
    const loading =
      this.#loading.get(groupId) ?? this.#load(groupId).finally(() => this.#loading.delete(groupId));
    this.#loading.set(groupId, loading);
    return loading;
  }

  async #load(groupId: string): Promise<void> {
    const stored = await this.#log.readStream(streamOf.group(groupId));
    this.#groups.set(groupId, stored.reduce(evolve, unknown));
  }

  /** Takes an event of a group in. True when members should run something else than before. */
  async take(recorded: RecordedEvent, groupId: string): Promise<boolean> {
    // Being read: what was read may or may not have this event.
    await this.#loading.get(groupId);
    const before = this.#groups.get(groupId);
    if (!before) return false;
    const after = evolve(before, recorded);
    this.#groups.set(groupId, after);
    return after.at !== before.at;
  }
}

export function isOfGroup({ type }: Pick<RecordedEvent, 'type'>): boolean {
  return types.has(type);
}

function evolve(group: KnownGroup, recorded: RecordedEvent): KnownGroup {
  const { position } = recorded;
  const [event] = typedEvents<GroupEvent>([recorded]);
  if (!event || position <= group.seenTo) return group;
  const standing = evolveStanding(group.standing, event, position);
  const hashOf = (one: GroupStanding) => wantedOfGroup(one)?.configHash;
  const isChange = hashOf(standing) !== hashOf(group.standing);
  return isChange
    ? { standing, seenTo: position, at: position, by: causeOf(recorded) }
    : { ...group, standing, seenTo: position };
}
