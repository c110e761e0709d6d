import type { AmporaEvent } from '@ampora/catalogue';
import { type Decider, type EventMetadata, fold, type Position, START } from '@ampora/kernel';
import type { EventLog, StreamAppend } from '../ports/event-log.ts';
import { refuseReusedKey } from './command-id.ts';
import { typedEvents } from './read-typed.ts';
import { idsOf, stampEvents } from './stamp-events.ts';

export interface HandleOptions<Command> {
  readonly streamId: string;
  readonly command: Command;
  readonly metadata: EventMetadata;
  /** Names this attempt of this command: the same id given again changes nothing and answers the same. */
  readonly commandId: string;
  /** Appends that must be stored before the decided events, such as the bodies they refer to. */
  readonly before?: readonly StreamAppend[];
}

export interface Handled<State, Event> {
  /** Position of the last event this command stored; of the stream's last event when it stored none. */
  readonly position: Position;
  readonly events: readonly Event[];
  /** State after the events. */
  readonly state: State;
  /** It was stored by an earlier attempt. */
  readonly isRepeated: boolean;
}

const ATTEMPTS = 5;

/** Another writer kept winning: the stream moved on between every reading and every append. */
export class TooMuchContention extends Error {
  override readonly name = 'TooMuchContention';
}

/**
 * Load, fold, decide, append; again with the new state when another writer was faster. A command whose id is in the
 * stream already is answered from what it stored then. Rejects with `request/idempotency-key-reused`.
 */
export async function handleCommand<State, Command, Event extends AmporaEvent>(
  log: EventLog,
  decider: Decider<State, Command, Event>,
  options: HandleOptions<Command>,
): Promise<Handled<State, Event>> {
  const ids = idsOf(options.commandId, options.streamId);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const stored = await log.readStream(options.streamId);
    const earlier = stored.findIndex((event) => event.id === ids(0));
    if (earlier >= 0) {
      const own = stored.filter((event) => event.metadata.causationId === options.commandId);
      const events = typedEvents<Event>(own);
      return {
        position: own.at(-1)?.position ?? START,
        events,
        state: fold(decider, typedEvents<Event>(stored)),
        isRepeated: true,
      };
    }
    refuseReusedKey(stored, options.commandId);
    const state = fold(decider, typedEvents<Event>(stored));
    const events = decider.decide(options.command, state);
    if (events.length === 0)
      return { position: stored.at(-1)?.position ?? START, events, state, isRepeated: false };
    const metadata = { ...options.metadata, causationId: options.commandId };
    const append: StreamAppend = {
      streamId: options.streamId,
      expectedRevision: stored.length === 0 ? 'no-stream' : (stored.at(-1)?.revision ?? 0),
      events: stampEvents(events, metadata, ids),
    };
    const results = await log.append([...(options.before ?? []), append]);
    const result = results.at(-1);
    if (result?.outcome === 'appended')
      return {
        position: result.position,
        events,
        state: fold(decider, events, state),
        isRepeated: false,
      };
  }
  throw new TooMuchContention(
    `${options.streamId} changed ${ATTEMPTS} times while this command was decided. Try again.`,
  );
}
