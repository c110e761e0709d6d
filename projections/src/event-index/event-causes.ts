import type { Position, RecordedEvent } from '@ampora/kernel';
import { type ReadContext, select } from '../reading/read-context.ts';
import { eventIndexTable, uuidOrNull } from './event-index-row.ts';
import { readMany } from './find-events.ts';

export interface CauseNode {
  readonly event: RecordedEvent;
  /** The event that caused it, when that is among the nodes; a command or an agent's message is none. */
  readonly parentId: string | null;
  readonly depth: number;
}

/** What led to an event, what belongs to it, and what came of it: a tree, or several, in the order of the log. */
export interface EventCauses {
  readonly focus: string;
  readonly nodes: readonly CauseNode[];
  /** There is more than the nodes that are shown. */
  readonly isCapped: boolean;
}

export const mostNodes = 500;
/** Of each correlation on the way to the roots: an assignment to a whole fleet has as many offers as there are agents. */
const mostBeside = 100;
const mostLevels = 50;

interface Found {
  readonly position: string;
  readonly event_id: string;
}

/** Gathers by the index of events: a few probes for each level, and no more events than can be shown. */
export async function eventCauses(
  context: ReadContext,
  focus: RecordedEvent,
  upTo: Position,
): Promise<EventCauses> {
  const gathered = new Gathered(context, upTo);
  gathered.events.set(focus.id, focus);
  const ancestors = await gathered.addCausesOf(focus);
  const own = [focus, ...(await gathered.addCorrelated(focus.metadata.correlationId, mostNodes))];
  await gathered.addEffectsOf(own.map(({ id }) => id));
  const beside = new Set(ancestors.map(({ metadata }) => metadata.correlationId));
  beside.delete(focus.metadata.correlationId);
  for (const correlationId of beside) await gathered.addCorrelated(correlationId, mostBeside);
  return { focus: focus.id, nodes: toNodes(gathered.events), isCapped: gathered.isCapped };
}

class Gathered {
  readonly events = new Map<string, RecordedEvent>();
  isCapped = false;
  readonly #context: ReadContext;
  readonly #upTo: Position;

  constructor(context: ReadContext, upTo: Position) {
    this.#context = context;
    this.#upTo = upTo;
  }

  /** The event that caused it, that one's cause, and so on. */
  async addCausesOf(event: RecordedEvent): Promise<readonly RecordedEvent[]> {
    const causes: RecordedEvent[] = [];
    let id = uuidOrNull(event.metadata.causationId);
    while (id !== null && !this.events.has(id) && causes.length < mostLevels) {
      const [cause] = await this.#add(await this.#look('event_id = ?::uuid', [id], 1));
      if (!cause) break;
      causes.push(cause);
      id = uuidOrNull(cause.metadata.causationId);
    }
    return causes;
  }

  async addCorrelated(correlationId: string, most: number): Promise<readonly RecordedEvent[]> {
    const id = uuidOrNull(correlationId);
    return id === null ? [] : this.#add(await this.#look('correlation_id = ?::uuid', [id], most));
  }

  /** What these events caused, what that caused, level by level. */
  async addEffectsOf(ids: readonly string[]): Promise<void> {
    let level = ids;
    for (let depth = 0; depth < mostLevels && level.length > 0; depth++) {
      const found = await this.#look('causation_id = any(?::uuid[])', [[...level]], mostNodes);
      // What was there already may have effects that were not.
      const fresh = found.filter(({ event_id }) => !this.events.has(event_id));
      await this.#add(fresh);
      level = fresh.map(({ event_id }) => event_id);
    }
  }

  async #look(condition: string, bindings: readonly unknown[], most: number): Promise<readonly Found[]> {
    const rows = await select<Found>(
      this.#context,
      `select position, event_id from read.${eventIndexTable}
       where ${condition} and tenant = ? and position <= ?::bigint order by position limit ?`,
      [...bindings, this.#context.tenant, String(this.#upTo), most + 1],
    );
    if (rows.length > most && most > 1) this.isCapped = true;
    return rows.slice(0, most);
  }

  async #add(found: readonly Found[]): Promise<readonly RecordedEvent[]> {
    const fresh = found.filter(({ event_id }) => !this.events.has(event_id));
    const room = mostNodes - this.events.size;
    if (fresh.length > room) this.isCapped = true;
    const added = await readMany(
      this.#context,
      fresh.slice(0, room).map(({ position }) => BigInt(position)),
    );
    for (const event of added) this.events.set(event.id, event);
    return added;
  }
}

function toNodes(events: ReadonlyMap<string, RecordedEvent>): readonly CauseNode[] {
  // A cause stands before what it caused: what a faulty writer tied into a circle is no tree.
  const parentOf = ({ position, metadata }: RecordedEvent): RecordedEvent | undefined => {
    const parent = events.get(metadata.causationId ?? '');
    return parent && parent.position < position ? parent : undefined;
  };
  const depthOf = (event: RecordedEvent): number => {
    let depth = 0;
    for (let parent = parentOf(event); parent && depth < mostLevels; parent = parentOf(parent)) depth++;
    return depth;
  };
  return [...events.values()]
    .toSorted((left, right) => (left.position < right.position ? -1 : 1))
    .map((event) => ({ event, parentId: parentOf(event)?.id ?? null, depth: depthOf(event) }));
}
