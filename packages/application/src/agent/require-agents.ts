import { streamOf } from '@ampora/catalogue';
import { Rejection } from '@ampora/kernel';
import type { EventLog } from '../ports/event-log.ts';

/** Of these agents, those that are known to be in the fleet. May not know of one that enrolled a moment ago. */
export type KnownAgents = (agentIds: readonly string[]) => Promise<ReadonlySet<string>>;

const askedAtOnce = 32;
const named = 20;

/** Rejects with `agent/not-found` unless all of these are agents of the fleet. */
export async function requireAgents(
  log: EventLog,
  agentIds: readonly string[],
  knownAgents?: KnownAgents,
): Promise<void> {
  const known = (await knownAgents?.(agentIds)) ?? new Set();
  const open = [...new Set(agentIds)].filter((agentId) => !known.has(agentId));
  const unknown: string[] = [];
  for (let start = 0; start < open.length; start += askedAtOnce) {
    const asked = open.slice(start, start + askedAtOnce);
    const found = await Promise.all(
      asked.map((agentId) => log.readStream(streamOf.agent(agentId), { maxCount: 1 })),
    );
    unknown.push(...asked.filter((_, index) => found[index]?.[0]?.type !== 'AgentEnrolled'));
  }
  if (unknown.length === 0) return;
  const message =
    unknown.length === 1 ? 'There is no such agent.' : `${unknown.length} of these agents do not exist.`;
  throw new Rejection('agent/not-found', message, {
    ...(unknown.length === 1 ? { agentId: String(unknown[0]) } : {}),
    agentIds: unknown.slice(0, named),
    count: unknown.length,
  });
}
