import {
  type EventLog,
  EventLogUnavailable,
  type Subscription,
  ScavengeUnsupported,
} from '@ampora/application/ports';
import { EventStoreDbAppender } from './eventstoredb-appender.ts';
import { EventStoreDbReader } from './eventstoredb-reader.ts';
import { subscribeEventStoreDb } from './eventstoredb-subscription.ts';
import { acquireClient } from './shared-client.ts';

export interface EventStoreDbEventLogOptions {
  /** `esdb://user:password@host:2113?tls=true&tlsCaFile=…`; name every node of a cluster, or use `esdb+discover://`. */
  readonly connectionString: string;
  /** How long an append is tried again while its outcome is unknown. Default 20,000: longer than an election. */
  readonly retryForMs?: number;
  /** How long one attempt may take. Default 12,000: longer than the client's own deadline. */
  readonly answerTimeoutMs?: number;
  /** Appends under way at once. Default 1,024. */
  readonly maxInFlight?: number;
}

/**
 * The event log on EventStoreDB 23.10+ or KurrentDB. `head()` connects and is the health check: it rejects with
 * EventLogMisconfigured, naming the cause, when credentials, certificate or address are wrong.
 *
 * What differs from PostgreSQL: positions are byte offsets; `recordedAtMs` may step back with the server's clock;
 * `repeated` is false for an append that another process stored since this one last looked; an `any` append is
 * idempotent as far as the server remembers. Within a batch, appends to different streams are under way together and
 * so are stored in the order sent, except around a failure; only content streams are waited for.
 */
export function createEventStoreDbEventLog(options: EventStoreDbEventLogOptions): EventLog {
  const { client, release } = acquireClient(options.connectionString);
  const reader = new EventStoreDbReader(client, (position) => appender.seen(position));
  let first: Promise<void> | undefined;
  const ready = (): Promise<void> => {
    first ??= reader.head().then(
      () => undefined,
      (error: unknown) => {
        first = undefined;
        throw error;
      },
    );
    return first;
  };
  const appender: EventStoreDbAppender = new EventStoreDbAppender({
    client,
    ready,
    retryForMs: options.retryForMs ?? 20_000,
    answerTimeoutMs: options.answerTimeoutMs ?? 12_000,
    maxInFlight: options.maxInFlight ?? 1_024,
  });
  const subscriptions = new Set<Subscription>();
  let closed: Promise<void> | undefined;

  const close = async (): Promise<void> => {
    await Promise.all([appender.drain(), ...[...subscriptions].map((subscription) => subscription.close())]);
    await release();
  };

  return {
    append: (batch) => appender.append(batch),
    readStream: (streamId, readOptions) => reader.readStream(streamId, readOptions),
    readStreams: (streamIds) => reader.readStreams(streamIds),
    readAll: (readOptions) => reader.readAll(readOptions),
    readAllText: (readOptions) => reader.readAllText(readOptions),
    scavenge: () =>
      Promise.reject(
        new ScavengeUnsupported(
          'EventStoreDB scavenges by itself and keeps no hash of what it removes: set $maxAge or $maxCount on a stream ' +
            'only if the proofs over its events may end there, and leave LogRetention:ScavengeAfterDays empty',
        ),
      ),
    readAt: (position) => reader.readAt(position),
    head: () => reader.head(),
    subscribeAll(subscribeOptions) {
      if (closed) throw new EventLogUnavailable('The event log is closed');
      const subscription = subscribeEventStoreDb({
        ...subscribeOptions,
        client,
        seen: (position) => appender.seen(position),
        onClosed: () => subscriptions.delete(subscription),
      });
      subscriptions.add(subscription);
      return subscription;
    },
    close: () => (closed ??= close()),
  };
}
