import { readFile } from 'node:fs/promises';
import type { StoredEvent } from '@ampora/api-contract';
import type { LedgerEntry } from '@ampora/fleet-sim';

/** The answered reports that a fleet wrote down. */
export async function readLedger(path: string): Promise<readonly LedgerEntry[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as LedgerEntry);
}

/** What was answered and cannot be found among the agent's facts. */
export function missingFacts(answered: readonly LedgerEntry[], stored: readonly StoredEvent[]): string[] {
  const agentOf = new Map<string, string>();
  const facts = new Set<string>();
  for (const { type, streamId, data } of stored) {
    const agentId = streamId.slice('agent-'.length);
    if (type === 'AgentEnrolled') agentOf.set(String(data['instanceUid']), agentId);
    if (type === 'AgentRemoteConfigStatusReported')
      facts.add(`${agentId} status ${String(data['configHash'])} ${String(data['status'])}`);
    if (type === 'AgentEffectiveConfigReported') {
      for (const file of data['files'] as { contentHash: string }[])
        facts.add(`${agentId} config ${file.contentHash}`);
    }
    if (type === 'AgentHealthReported' || type === 'AgentHealthFlapping')
      facts.add(`${agentId} health ${String((data['health'] as { healthy: boolean }).healthy)}`);
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
    if (health) wanted.push(`${agentId} health ${String(health.healthy)}`);
    if (description) wanted.push(`${agentId} description`);
    return wanted.filter((fact) => !facts.has(fact)).map((fact) => `${fact} (seq ${report.seq})`);
  });
}
