import {
  type AppendResult,
  EventLogMisconfigured,
  EventLogUnavailable,
  type StreamAppend,
} from '@ampora/application/ports';
import type pg from 'pg';
import { type SerializedEvent, serializeAppend } from '../append-checks.ts';
import { backOff, pause } from '../back-off.ts';
import { bytesArray, int4Array, int8Array, uuidBytes } from './binary-parameters.ts';
import { rawText } from './connections.ts';
import { classifyPostgresError, eventLogUnavailable } from './postgres-errors.ts';

export interface GroupWriterOptions {
  /** Already quoted. */
  readonly schema: string;
  /** Opens a connection that calls back when it is lost. */
  readonly connect: (onLost: () => void) => Promise<pg.Client>;
  /** Told the log's last position after each commit that stored something. */
  readonly onStored: (head: bigint) => void;
  /** A group commit is closed at so many events or bytes, whichever comes first. */
  readonly groupEvents: number;
  readonly groupBytes: number;
  /**
   * Connections that store groups in turn. Storing is serialised by a lock in the database; a second connection has
   * its group waiting there while callers of the first are answered and come again.
   */
  readonly lanes: number;
  /** How long a call may wait for PostgreSQL to come back before it is rejected. */
  readonly retryForMs: number;
}

/** One caller's batch on its way. */
interface Call {
  readonly appends: readonly PreparedAppend[];
  readonly results: AppendResult[];
  readonly since: number;
  readonly resolve: (results: readonly AppendResult[]) => void;
  readonly reject: (error: unknown) => void;
  /** First append that is not yet in a group. */
  next: number;
  /** Appends that are in a group under way. */
  underWay: number;
  settled: boolean;
}

interface PreparedAppend {
  readonly append: StreamAppend;
  readonly events: readonly SerializedEvent[];
  readonly bytes: number;
}

interface GroupMember {
  readonly call: Call;
  readonly index: number;
  readonly prepared: PreparedAppend;
}

/** A connection and what runs on it. */
interface Lane {
  client?: pg.Client | undefined;
  running?: Promise<void> | undefined;
}

/** Calls looked at for one group when the streams they want are taken: bounds the work when all want the same stream. */
const MAX_PASSED_OVER = 256;

function expectedAsNumber(expected: StreamAppend['expectedRevision']): number {
  if (expected === 'any') return -2;
  if (expected === 'no-stream') return -1;
  return expected;
}

function parameters(group: readonly GroupMember[]): Buffer[] {
  const streams: Buffer[] = [];
  const expected: number[] = [];
  const counts: number[] = [];
  const appendOf: number[] = [];
  const streamOf: Buffer[] = [];
  const ids: Buffer[] = [];
  const types: Buffer[] = [];
  const schemaVersions: number[] = [];
  const sizes: number[] = [];
  const data: Buffer[] = [];
  const metadata: Buffer[] = [];
  const typeBytes = new Map<string, Buffer>();
  group.forEach(({ prepared }, index) => {
    const stream = Buffer.from(prepared.append.streamId);
    streams.push(stream);
    expected.push(expectedAsNumber(prepared.append.expectedRevision));
    counts.push(prepared.events.length);
    for (const serialized of prepared.events) {
      const { event } = serialized;
      let type = typeBytes.get(event.type);
      if (!type) typeBytes.set(event.type, (type = Buffer.from(event.type)));
      appendOf.push(index + 1);
      streamOf.push(stream);
      ids.push(uuidBytes(event.id));
      types.push(type);
      schemaVersions.push(event.schemaVersion);
      sizes.push(serialized.data.length + serialized.metadata.length);
      data.push(serialized.data);
      metadata.push(serialized.metadata);
    }
  });
  return [
    bytesArray('text', streams),
    int8Array(expected),
    int4Array(counts),
    int4Array(appendOf),
    bytesArray('text', streamOf),
    bytesArray('uuid', ids),
    bytesArray('text', types),
    int4Array(schemaVersions),
    int4Array(sizes),
    bytesArray('json', data),
    bytesArray('json', metadata),
  ];
}

const arrayItems = (text: string): string[] => text.slice(1, -1).split(',');

/** The append function's answer, per member of the group. */
function readAnswer(
  group: readonly GroupMember[],
  row: readonly (string | null)[],
): { results: AppendResult[]; head: bigint; stored: boolean } {
  const [lastPosition = '0', heads = '{}', accepted = '{}', repeats] = row;
  const headOf = arrayItems(heads ?? '{}');
  const acceptedOf = arrayItems(accepted ?? '{}');
  const repeatOf = new Map(
    (JSON.parse(repeats ?? '[]') as [number, number, number, string][]).map(([append, ...repeat]) => [
      append,
      repeat,
    ]),
  );
  let head = BigInt(lastPosition ?? '0');
  let stored = false;
  const results = group.map(({ prepared: { append, events } }, index): AppendResult => {
    const revision = Number(headOf[index]);
    const { streamId, expectedRevision } = append;
    if (acceptedOf[index] === 't') {
      head += BigInt(events.length);
      stored = true;
      const firstRevision = revision + 1;
      const lastRevision = revision + events.length;
      return { outcome: 'appended', streamId, firstRevision, lastRevision, position: head, repeated: false };
    }
    const repeat = repeatOf.get(index + 1);
    if (!repeat)
      return { outcome: 'wrong-expected-revision', streamId, expectedRevision, actualRevision: revision };
    const [firstRevision, lastRevision, position] = repeat;
    return {
      outcome: 'appended',
      streamId,
      firstRevision,
      lastRevision,
      position: BigInt(position),
      repeated: true,
    };
  });
  return { results, head, stored };
}

/**
 * Merges the appends of concurrent callers into group commits: one statement, one round trip, one fsync for all that
 * came while the last one was under way. A stream is named at most once per group, so that each append is judged
 * against a known revision; a batch that names it again goes on in the next group.
 */
export class GroupWriter {
  readonly #options: GroupWriterOptions;
  readonly #sql: string;
  readonly #stopping = new AbortController();
  readonly #queue: Call[] = [];
  readonly #lanes: Lane[];
  /** Streams in groups under way: an append to one of them waits, so that each stream keeps the order of the calls. */
  readonly #busyStreams = new Set<string>();

  constructor(options: GroupWriterOptions) {
    this.#options = options;
    this.#lanes = Array.from({ length: options.lanes }, () => ({}));
    this.#sql = `select * from ${options.schema}.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`;
  }

  async append(batch: readonly StreamAppend[]): Promise<readonly AppendResult[]> {
    if (this.#stopping.signal.aborted) throw new EventLogUnavailable('The event log is closed');
    if (batch.length === 0) return [];
    const appends = batch.map((append) => {
      const events = serializeAppend(append);
      let bytes = 0;
      for (const event of events) bytes += event.data.length + event.metadata.length;
      return { append, events, bytes };
    });
    return new Promise((resolve, reject) => {
      this.#queue.push({
        appends,
        results: [],
        since: Date.now(),
        resolve,
        reject,
        next: 0,
        underWay: 0,
        settled: false,
      });
      this.#start();
    });
  }

  /** Lets what was given be stored, then disconnects. */
  async close(): Promise<void> {
    this.#stopping.abort();
    while (this.#lanes.some(({ running }) => running)) {
      await Promise.all(this.#lanes.map(({ running }) => running));
    }
    await Promise.all(this.#lanes.map((lane) => this.#disconnect(lane)));
  }

  #start(): void {
    for (const lane of this.#lanes) {
      // A microtask later: calls made together share the first group already.
      lane.running ??= Promise.resolve().then(() => this.#run(lane));
    }
  }

  async #run(lane: Lane): Promise<void> {
    try {
      for (let group = this.#takeGroup(); group.length > 0; group = this.#takeGroup()) {
        await this.#store(lane, group);
        this.#release(group);
      }
    } finally {
      // In the same turn in which nothing was found: whatever is queued from now on starts the lane again.
      lane.running = undefined;
    }
  }

  /** What waited for these streams or calls may go on, on any lane. */
  #release(group: readonly GroupMember[]): void {
    for (const { call, prepared } of group) {
      this.#busyStreams.delete(prepared.append.streamId);
      call.underWay--;
    }
    if (this.#queue.some((call) => call.next < call.appends.length)) this.#start();
  }

  #takeGroup(): GroupMember[] {
    const { groupEvents, groupBytes } = this.#options;
    const group: GroupMember[] = [];
    let events = 0;
    let bytes = 0;
    let passedOver = 0;
    for (const call of this.#queue) {
      // What it named before is stored first: on this lane later, or now on another one.
      const waits = call.underWay > 0;
      for (; !waits && call.next < call.appends.length; call.next++) {
        const prepared = call.appends[call.next];
        if (!prepared || this.#busyStreams.has(prepared.append.streamId)) break;
        if (
          group.length > 0 &&
          (events + prepared.events.length > groupEvents || bytes + prepared.bytes > groupBytes)
        ) {
          passedOver = MAX_PASSED_OVER;
          break;
        }
        group.push({ call, index: call.next, prepared });
        this.#busyStreams.add(prepared.append.streamId);
        call.underWay++;
        events += prepared.events.length;
        bytes += prepared.bytes;
      }
      if (call.next < call.appends.length && ++passedOver >= MAX_PASSED_OVER) break;
    }
    return group;
  }

  /** Stores a group, however often PostgreSQL goes away meanwhile: the same ids and revisions cannot be stored twice. */
  async #store(lane: Lane, group: readonly GroupMember[]): Promise<void> {
    const values = parameters(group);
    const wait = backOff({ firstMs: 25, maxMs: 1_000 });
    for (;;) {
      try {
        const answer = await this.#ask(lane, values);
        const { results, head, stored } = readAnswer(group, answer);
        if (stored) this.#options.onStored(head);
        this.#settle(group, results);
        return;
      } catch (error) {
        const failure = classifyPostgresError(error);
        if (failure === 'refused') return this.#isolate(lane, group, error);
        await this.#disconnect(lane);
        const port = eventLogUnavailable(error, 'Appending to the event log failed');
        if (port instanceof EventLogMisconfigured) return this.#reject(group, port);
        const waitMs = wait.nextMs();
        const latest = Date.now() + waitMs - this.#options.retryForMs;
        const expired = group.filter(({ call }) => this.#stopping.signal.aborted || call.since < latest);
        if (expired.length > 0) {
          this.#reject(expired, port);
          return this.#giveBack(group);
        }
        await pause(waitMs, this.#stopping.signal);
      }
    }
  }

  /** Calls that may still wait go into the next group, from where they were. */
  #giveBack(group: readonly GroupMember[]): void {
    for (const { call, index } of group) if (!call.settled) call.next = Math.min(call.next, index);
  }

  /** A statement that PostgreSQL refuses would be refused again: let it fail alone. */
  async #isolate(lane: Lane, group: readonly GroupMember[], error: unknown): Promise<void> {
    if (group.length === 1) return this.#reject(group, error);
    for (const member of group) if (!member.call.settled) await this.#store(lane, [member]);
  }

  async #ask(lane: Lane, values: Buffer[]): Promise<readonly (string | null)[]> {
    if (!lane.client) {
      const opened: Lane = {};
      opened.client = await this.#options.connect(() => {
        if (lane.client === opened.client) lane.client = undefined;
      });
      lane.client = opened.client;
    }
    const { rows } = await lane.client.query<(string | null)[]>({
      name: 'append',
      text: this.#sql,
      values,
      rowMode: 'array',
      types: rawText,
    } as pg.QueryArrayConfig);
    const row = rows[0];
    if (!row) throw new Error('The append function answered nothing');
    return row;
  }

  async #disconnect(lane: Lane): Promise<void> {
    const { client } = lane;
    lane.client = undefined;
    if (!client) return;
    // A server that hangs does not answer a farewell either.
    await Promise.race([client.end().catch(() => undefined), pause(200)]);
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  }

  #settle(group: readonly GroupMember[], results: readonly AppendResult[]): void {
    group.forEach(({ call, index }, place) => {
      const result = results[place];
      if (result) call.results[index] = result;
    });
    for (const { call } of group) {
      if (call.settled || call.results.length < call.appends.length) continue;
      call.settled = true;
      call.resolve(call.results);
    }
    this.#forgetSettled();
  }

  #reject(group: readonly GroupMember[], error: unknown): void {
    for (const { call } of group) {
      if (call.settled) continue;
      call.settled = true;
      call.next = call.appends.length;
      call.reject(error);
    }
    this.#forgetSettled();
  }

  #forgetSettled(): void {
    let kept = 0;
    for (const call of this.#queue) if (!call.settled) this.#queue[kept++] = call;
    this.#queue.length = kept;
  }
}
