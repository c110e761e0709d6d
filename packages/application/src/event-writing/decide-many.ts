import type { AmporaEvent } from '@ampora/catalogue';
import {
  type Decider,
  type EventMetadata,
  fold,
  isRejection,
  type Position,
  type RecordedEvent,
  type Rejection,
  START,
} from '@ampora/kernel';
import type { EventLog, StreamAppend } from '../ports/event-log.ts';
import { typedEvents } from './read-typed.ts';
import { idsOf, stampEvents } from './stamp-events.ts';

export interface DecideManyOptions<Command> {
  /** Each once. */
  readonly streamIds: readonly string[];
  /** The command for a stream, given what is stored in it. */
  readonly commandFor: (streamId: string, stored: readonly RecordedEvent[]) => Command;
  readonly metadata: EventMetadata;
  /** Names this attempt: streams that it was stored in already are passed over. */
  readonly commandId: string;
}

export interface DecidedMany {
  /** Of the last event that was stored; of the last one that was looked at when none was. */
  readonly position: Position;
  /** Streams that say something new now, by this attempt or an earlier one of the same command. */
  readonly changed: readonly string[];
  /** Of those, the ones in which this attempt stored it. */
  readonly stored: readonly string[];
  /** Streams that say so already. */
  readonly unchanged: readonly string[];
  readonly refused: readonly { readonly streamId: string; readonly rejection: Rejection }[];
  /** Streams in which other writers kept winning: nothing was stored there. */
  readonly contended: readonly string[];
}

const streamsAtOnce = 500;
const ATTEMPTS = 5;

/** One command for each of many streams, in batches: each stream for itself, with the revision that was read, and again where another writer was faster. */
export async function decideMany<State, Command, Event extends AmporaEvent>(
  log: EventLog,
  decider: Decider<State, Command, Event>,
  options: DecideManyOptions<Command>,
): Promise<DecidedMany> {
  const { streamIds, commandFor, metadata, commandId } = options;
  const changed: string[] = [];
  const storedIn: string[] = [];
  const unchanged: string[] = [];
  const refused: { streamId: string; rejection: Rejection }[] = [];
  const contended: string[] = [];
  let seen: Position = START;
  let stored: Position = START;

  /** What is to be appended to a stream; nothing when it is settled without. */
  const decide = (streamId: string, events: readonly RecordedEvent[]): StreamAppend | undefined => {
    const last = events.at(-1);
    if (last && last.position > seen) seen = last.position;
    const ids = idsOf(commandId, streamId);
    const own = events.find(({ id }) => id === ids(0));
    if (own) {
      changed.push(streamId);
      return undefined;
    }
    try {
      const state = fold(decider, typedEvents<Event>(events));
      const decided = decider.decide(commandFor(streamId, events), state);
      if (decided.length > 0)
        return {
          streamId,
          expectedRevision: last ? last.revision : 'no-stream',
          events: stampEvents(decided, metadata, ids),
        };
      unchanged.push(streamId);
    } catch (error) {
      if (!isRejection(error)) throw error;
      refused.push({ streamId, rejection: error });
    }
    return undefined;
  };

  for (let start = 0; start < streamIds.length; start += streamsAtOnce) {
    let open = streamIds.slice(start, start + streamsAtOnce);
    for (let attempt = 0; attempt < ATTEMPTS && open.length > 0; attempt++) {
      const read = await log.readStreams(open);
      const appends = open.flatMap((streamId, index) => decide(streamId, read[index] ?? []) ?? []);
      if (appends.length === 0) {
        open = [];
        break;
      }
      const results = await log.append(appends);
      open = [];
      for (const result of results) {
        if (result.outcome === 'appended') {
          changed.push(result.streamId);
          storedIn.push(result.streamId);
          if (result.position > stored) stored = result.position;
        } else open.push(result.streamId);
      }
    }
    contended.push(...open);
  }
  const position = stored > START ? stored : seen;
  return { position, changed, stored: storedIn, unchanged, refused, contended };
}
