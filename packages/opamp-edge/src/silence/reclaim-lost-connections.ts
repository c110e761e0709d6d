import { handleCommand, idsOf, loadAgents, stampEvents, uuidFrom } from '@ampora/application';
import type { ConnectedAgent, EventLog } from '@ampora/application/ports';
import { streamOf } from '@ampora/catalogue';
import { type AgentCommand, agentDecider } from '@ampora/domain';
import type { EventMetadata } from '@ampora/kernel';
import type { Logger } from '@ampora/platform';

export interface ReclaimOptions {
  readonly log: EventLog;
  readonly tenant: string;
  readonly logger: Logger;
  /** Whether the agent has come back to this edge. */
  readonly isHere: (agentId: string) => boolean;
}

const TOGETHER = 500;

/**
 * Agents that the log says are connected, whose edge ended without a word, and who have not come back: what the ended process could not
 * state is stated now, many in one read and one append. Idempotent per connection, and harmless when the agent meanwhile connected
 * elsewhere: its connection id is another. Resolves with how many were stated.
 */
export async function reclaimLostConnections(
  agents: readonly ConnectedAgent[],
  options: ReclaimOptions,
): Promise<number> {
  let reclaimed = 0;
  for (let first = 0; first < agents.length; first += TOGETHER) {
    const lost = agents.slice(first, first + TOGETHER).filter(({ agentId }) => !options.isHere(agentId));
    try {
      reclaimed += await reclaimTogether(lost, options);
    } catch (error) {
      const why = { agents: lost.length, error: String(error) };
      options.logger.warn('Lost connections could not be recorded', why);
    }
  }
  return reclaimed;
}

async function reclaimTogether(lost: readonly ConnectedAgent[], options: ReclaimOptions): Promise<number> {
  const { log, tenant } = options;
  const loaded = await loadAgents(
    log,
    lost.map(({ agentId }) => agentId),
  );
  const stated = lost.flatMap((agent, index) => {
    const { state = agentDecider.initial, revision = -1 } = loaded[index] ?? {};
    if (state.status !== 'enrolled') return [];
    const events = agentDecider.decide(commandFor(agent), state);
    if (events.length === 0) return [];
    const streamId = streamOf.agent(agent.agentId);
    const stamped = stampEvents(events, metadataFor(tenant, agent), idsOf(commandIdOf(agent), streamId));
    return [{ agent, append: { streamId, expectedRevision: revision, events: stamped } }];
  });
  if (stated.length === 0) return 0;
  const results = await log.append(stated.map(({ append }) => append));
  let reclaimed = 0;
  for (const [index, { agent }] of stated.entries()) {
    if (results[index]?.outcome === 'appended') reclaimed++;
    else reclaimed += await reclaimAlone(agent, options);
  }
  return reclaimed;
}

/** Someone wrote to its stream meanwhile: decided again on what is there then. */
async function reclaimAlone(agent: ConnectedAgent, { log, tenant, logger }: ReclaimOptions): Promise<number> {
  try {
    const { events } = await handleCommand(log, agentDecider, {
      streamId: streamOf.agent(agent.agentId),
      command: commandFor(agent),
      metadata: metadataFor(tenant, agent),
      commandId: commandIdOf(agent),
    });
    return events.length;
  } catch (error) {
    const why = { agentId: agent.agentId, error: String(error) };
    logger.warn('A lost connection could not be recorded', why);
    return 0;
  }
}

function commandFor({ connectionId }: ConnectedAgent): AgentCommand {
  return { type: 'record-disconnection', connectionId, reason: 'silent' };
}

function commandIdOf({ connectionId }: ConnectedAgent): string {
  return uuidFrom(`reclaim:${connectionId}`);
}

function metadataFor(tenant: string, agent: ConnectedAgent): EventMetadata {
  return { tenant, actor: 'system', actorRole: 'System', correlationId: commandIdOf(agent) };
}
