import { EventStoreDBClient } from '@eventstore/db-client';
import { EventLogMisconfigured } from '@ampora/application/ports';
import { pause } from '../back-off.ts';
import { guardAgainstClientFaults } from './client-guard.ts';
import { completeConnectionString } from './connection-string.ts';

const DISPOSE_WITHIN_MS = 2_000;

interface SharedClient {
  readonly connectionString: string;
  readonly client: EventStoreDBClient;
  readonly takeOffGuard: () => void;
  users: number;
}

/** One per process: disposing of one client rejects the appends of all others (a fault of the client library). */
let shared: SharedClient | undefined;

/** Joins the process's client, or makes it. Call `release` once, when nothing of yours is under way any more. */
export function acquireClient(given: string): { client: EventStoreDBClient; release: () => Promise<void> } {
  const connectionString = completeConnectionString(given);
  if (shared && shared.connectionString !== connectionString) {
    throw new EventLogMisconfigured(
      'A process can use one EventStoreDB only; close the first event log before',
    );
  }
  shared ??= create(connectionString);
  const joined = shared;
  joined.users++;
  return {
    client: joined.client,
    async release() {
      if (--joined.users > 0) return;
      if (shared === joined) shared = undefined;
      // The client waits for streams of its own that may never say they ended.
      await Promise.race([joined.client.dispose(), pause(DISPOSE_WITHIN_MS)]);
      joined.takeOffGuard();
    },
  };
}

function create(connectionString: string): SharedClient {
  try {
    const client = EventStoreDBClient.connectionString(connectionString);
    return { connectionString, client, takeOffGuard: guardAgainstClientFaults(), users: 0 };
  } catch (error) {
    // The client's parser quotes the string, password and all.
    const { expected, location, message } = error as {
      expected?: string;
      location?: number[];
      message: string;
    };
    const reason = expected ? `position ${location?.[0] ?? '?'}: expected ${expected}` : message;
    throw new EventLogMisconfigured(`The EventStoreDB connection string cannot be used, ${reason}`);
  }
}
