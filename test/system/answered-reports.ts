import { readFile } from 'node:fs/promises';
import type { StoredEvent } from '@ampora/api-contract';
import type { LedgerEntry } from '@ampora/fleet-sim';

export type AnsweredReport = LedgerEntry & { readonly answeredAt: string };

/** Longer than a report may wait for its database between its stamp and its answer. */
const LONGEST_WAIT_MS = 40_000;

/** The answered reports that a fleet wrote down. */
export async function readLedger(path: string): Promise<readonly AnsweredReport[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as AnsweredReport);
}

/**
 * What was answered and cannot be found among the agent's facts. States of health that came in one burst are counted in
 * one fact, not listed: such a state is missing only when no fact of about that time stands for several.
 */
export function missingFacts(answered: readonly AnsweredReport[], stored: readonly StoredEvent[]): string[] {
  const agentOf = new Map<string, string>();
  const facts = new Set<string>();
  const gathered = new Map<string, number[]>();
  for (const { type, streamId, data, recordedAt } of stored) {
    const agentId = streamId.slice('agent-'.length);
    if (type === 'AgentEnrolled') agentOf.set(String(data['instanceUid']), agentId);
    if (type === 'AgentRemoteConfigStatusReported')
      facts.add(`${agentId} status ${String(data['configHash'])} ${String(data['status'])}`);
    if (type === 'AgentEffectiveConfigReported') {
      for (const file of data['files'] as { contentHash: string }[])
        facts.add(`${agentId} config ${file.contentHash}`);
    }
    if (type === 'AgentHealthReported' || type === 'AgentHealthFlapping') {
      if (Number(data['reports'] ?? data['changes']) > 1)
        gathered.set(agentId, [...(gathered.get(agentId) ?? []), Date.parse(recordedAt)]);
      facts.add(`${agentId} health ${String((data['health'] as { healthy: boolean }).healthy)}`);
    }
    if (type === 'AgentDescriptionReported') facts.add(`${agentId} description`);
  }
  return answered.flatMap((report) => {
    const agentId = agentOf.get(report.uid);
    if (!agentId) return [`${report.uid} was answered and never enrolled`];
    const wanted: string[] = [];
    const { remoteConfigStatus, effectiveConfig, health, description } = report;
    if (remoteConfigStatus && remoteConfigStatus.hash !== '')
      wanted.push(`${agentId} status ${remoteConfigStatus.hash} ${remoteConfigStatus.status}`);
    if (effectiveConfig) wanted.push(`${agentId} config ${effectiveConfig}`);
    const answeredMs = Date.parse(report.answeredAt);
    const isGathered = gathered.get(agentId)?.some((ms) => Math.abs(ms - answeredMs) < LONGEST_WAIT_MS);
    if (health && isGathered !== true) wanted.push(`${agentId} health ${String(health.healthy)}`);
    if (description) wanted.push(`${agentId} description`);
    return wanted.filter((fact) => !facts.has(fact)).map((fact) => `${fact} (seq ${report.seq})`);
  });
}
