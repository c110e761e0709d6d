import { randomUUID } from 'node:crypto';
import { streamOf } from '@ampora/catalogue';
import type { EventMetadata } from '@ampora/kernel';
import { causedBy, causeOf } from '../event-writing/cause.ts';
import type { EventLog } from '../ports/event-log.ts';
import { createMembershipCommands } from './membership-commands.ts';

/** An agent whose group is gone, and of whom the log does not say yet that it has left it. */
export interface LeavingAgent {
  readonly agentId: string;
  readonly groupId: string;
}

export interface DeparturesOptions {
  readonly log: EventLog;
  readonly tenant: string;
  /** Agents that are still to leave, those of one group together. */
  readonly listLeaving: (limit: number) => Promise<readonly LeavingAgent[]>;
}

export interface Departures {
  /** States the leaving of every agent whose group is gone. Safe to run twice, and at any time again. Answers how many left. */
  run(): Promise<number>;
}

const agentsAtOnce = 5_000;

/** Being in a deleted group counts for nothing at once; that each member has left is told after, in batches. */
export function createDepartures({ log, tenant, listLeaving }: DeparturesOptions): Departures {
  const memberships = createMembershipCommands({ log });

  const leave = async (groupId: string, agentIds: readonly string[]): Promise<number> => {
    const deleted = (await log.readStream(streamOf.group(groupId))).findLast(
      ({ type }) => type === 'GroupDeleted',
    );
    if (!deleted) return 0;
    const own: EventMetadata = {
      tenant,
      actor: 'system:departures',
      actorRole: 'System',
      correlationId: deleted.metadata.correlationId,
    };
    const metadata = causedBy(own, causeOf(deleted));
    const context = { commandId: randomUUID(), metadata };
    const { changed } = await memberships.leave({ groupId, agentIds, reason: 'group-deleted' }, context);
    return changed.length;
  };

  let running: Promise<number> | undefined;
  const runOnce = async (): Promise<number> => {
    let count = 0;
    const done = new Set<string>();
    for (;;) {
      // What was stated a moment ago may still be listed: the read models follow the log.
      const listed = await listLeaving(done.size + agentsAtOnce);
      const open = listed.filter(({ agentId }) => !done.has(agentId));
      if (open.length === 0) return count;
      for (const [groupId, agents] of Map.groupBy(open, (agent) => agent.groupId)) {
        const agentIds = agents.map(({ agentId }) => agentId);
        count += await leave(groupId, agentIds);
        for (const agentId of agentIds) done.add(agentId);
      }
    }
  };

  return {
    run() {
      running ??= runOnce().finally(() => {
        running = undefined;
      });
      return running;
    },
  };
}
