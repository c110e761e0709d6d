import type { PoolClient } from 'pg';
import { type EventLog, EventLogUnavailable, type Subscription } from '@ampora/application/ports';
import { type ConnectionOptions, connect, readerPool } from './connections.ts';
import { GroupWriter } from './group-writer.ts';
import { LogReader } from './log-reader.ts';
import { type PostgresEventLogLocation, schemaIdentifier } from './migrate-postgres-event-log.ts';
import { scavengeEvents } from './scavenge-events.ts';
import { subscribePostgres } from './postgres-subscription.ts';
import { TextReader } from './text-reader.ts';
import { WakeUps } from './wake-ups.ts';

export interface PostgresEventLogOptions extends PostgresEventLogLocation {
  /** Connections for reading, beside those for appending, one for NOTIFY and one for LISTEN. Default 4. */
  readonly readConnections?: number;
  /** Connections that store group commits in turn. Default 2. */
  readonly writeConnections?: number;
  /** How often a subscription looks for events that no notification announced. Default 1,000. */
  readonly pollIntervalMs?: number;
  /** Other processes are woken at most once per this many milliseconds. Default 5. */
  readonly notifyEveryMs?: number;
  /** How long an append waits for the database to come back before it rejects. Default 15,000. */
  readonly retryForMs?: number;
  /** How long one statement may take before its connection is given up. Default 30,000. */
  readonly answerTimeoutMs?: number;
  /** Size of a group commit. Defaults: 1,000 events, 4 MiB. */
  readonly groupEvents?: number;
  readonly groupBytes?: number;
  readonly applicationName?: string;
  /** Told of each new connection for reading. */
  readonly onReadConnection?: (client: PoolClient) => void;
}

/**
 * The event log on PostgreSQL. Connects when first used; `head()` tells whether it can. The schema must have been
 * prepared with `migratePostgresEventLog`.
 */
export function createPostgresEventLog(options: PostgresEventLogOptions): EventLog {
  const schema = schemaIdentifier(options.schema);
  const connection: ConnectionOptions = {
    connectionString: options.connectionString,
    applicationName: options.applicationName ?? 'ampora event log',
    connectTimeoutMs: 5_000,
    answerTimeoutMs: options.answerTimeoutMs ?? 30_000,
  };
  const open = (onLost: () => void) => connect(connection, onLost);
  const pool = readerPool(connection, options.readConnections ?? 4);
  if (options.onReadConnection) pool.on('connect', options.onReadConnection);
  const reader = new LogReader(pool, schema);
  const textReader = new TextReader(pool, schema);
  const wakeUps = new WakeUps({
    channel: `ampora_event_log_${options.schema ?? 'log'}`,
    connect: open,
    notifyEveryMs: options.notifyEveryMs ?? 5,
  });
  const writer = new GroupWriter({
    schema,
    connect: open,
    onStored: (head) => wakeUps.stored(head),
    groupEvents: options.groupEvents ?? 1_000,
    groupBytes: options.groupBytes ?? 4 * 1024 * 1024,
    lanes: options.writeConnections ?? 2,
    retryForMs: options.retryForMs ?? 15_000,
  });
  const subscriptions = new Set<Subscription>();
  let closed: Promise<void> | undefined;

  const close = async (): Promise<void> => {
    await Promise.all([writer.close(), ...[...subscriptions].map((subscription) => subscription.close())]);
    await wakeUps.close();
    await pool.end();
  };

  return {
    append: (batch) => writer.append(batch),
    readStream: (streamId, readOptions) => reader.readStream(streamId, readOptions),
    readStreams: (streamIds) => reader.readStreams(streamIds),
    readAll: (readOptions) => reader.readAll(readOptions),
    readAllText: (readOptions = {}) => textReader.readAllText(readOptions, () => reader.head()),
    scavenge: (events, by) => scavengeEvents(pool, schema, events, by),
    readAt: (position) => reader.readAt(position),
    head: () => reader.head(),
    subscribeAll(subscribeOptions) {
      if (closed) throw new EventLogUnavailable('The event log is closed');
      const subscription = subscribePostgres({
        ...subscribeOptions,
        reader,
        wakeUps,
        pollIntervalMs: options.pollIntervalMs ?? 1_000,
        onClosed: () => subscriptions.delete(subscription),
      });
      subscriptions.add(subscription);
      return subscription;
    },
    close: () => (closed ??= close()),
  };
}
