import { handleCommand } from '@ampora/application';
import type { ConnectedAgent, EventLog } from '@ampora/application/ports';
import { streamOf } from '@ampora/catalogue';
import { agentDecider } from '@ampora/domain';
import type { Logger } from '@ampora/platform';

export interface ReclaimOptions {
  readonly log: EventLog;
  readonly tenant: string;
  readonly logger: Logger;
  /** Whether the agent has come back to this edge. */
  readonly isHere: (agentId: string) => boolean;
}

/**
 * Agents that the log says are connected, whose edge ended without a word, and who have not come back: what the ended process could not
 * state is stated now. Idempotent per connection, and harmless when the agent meanwhile connected elsewhere: its connection id is another.
 */
export async function reclaimLostConnections(
  agents: readonly ConnectedAgent[],
  { log, tenant, logger, isHere }: ReclaimOptions,
): Promise<number> {
  let reclaimed = 0;
  for (const { agentId, connectionId } of agents) {
    if (isHere(agentId)) continue;
    try {
      const { events } = await handleCommand(log, agentDecider, {
        streamId: streamOf.agent(agentId),
        command: { type: 'record-disconnection', connectionId, reason: 'silent' },
        metadata: { tenant, actor: 'system', actorRole: 'System', correlationId: `reclaim:${connectionId}` },
        commandId: `reclaim:${connectionId}`,
      });
      reclaimed += events.length;
    } catch (error) {
      logger.warn('A lost connection could not be recorded', { agentId, error: String(error) });
    }
  }
  return reclaimed;
}
