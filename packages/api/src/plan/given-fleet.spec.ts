import { comparePipelines } from '@ampora/collector-config';
import type { AgentThroughput } from '@ampora/own-metrics';
import type { VersionKey } from '@ampora/domain';
import type { PlannedAgent, PlannedGroup, PlanSource } from './plan-source.ts';

export const agentIdAt = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
export const groupIdAt = (index: number) => `00000000-0000-4000-9000-${String(index).padStart(12, '0')}`;
export const configurationId = '00000000-0000-4000-a000-000000000001';
export const versionAt = (version: number): VersionKey => ({ configurationId, version });

export function agentAt(index: number, changes: Partial<PlannedAgent> = {}): PlannedAgent {
  const reported = changes.reported ?? { 'host.name': `host-${index}` };
  const given = changes.given ?? {};
  return {
    agentId: agentIdAt(index),
    displayName: `agent-${String(index).padStart(5, '0')}`,
    takesRemoteConfig: true,
    own: null,
    groupId: null,
    capabilities: ['AcceptsRemoteConfig'],
    reported,
    given,
    labels: { ...reported, ...given },
    ...changes,
  };
}

export function groupAt(index: number, changes: Partial<PlannedGroup> = {}): PlannedGroup {
  return {
    groupId: groupIdAt(index),
    name: `group ${index}`,
    mode: 'static',
    selector: null,
    priority: 0,
    autoApply: true,
    assigned: null,
    createdAt: BigInt(index + 1),
    selectorPosition: 1n,
    isDeleted: false,
    ...changes,
  };
}

export interface GivenFleet {
  readonly agents: readonly PlannedAgent[];
  readonly groups?: readonly PlannedGroup[];
  readonly fleet?: VersionKey | null;
  readonly texts?: Readonly<Record<number, string>>;
  readonly throughput?: ReadonlyMap<string, AgentThroughput>;
}

/** A fleet that stands in memory, for what is computed of it. */
export function givenFleet({
  agents,
  groups = [],
  fleet = null,
  texts = {},
  throughput = new Map(),
}: GivenFleet): PlanSource {
  return {
    groups: async () => groups,
    fleet: async () => fleet,
    async *agents(scope) {
      const chosen = agents.filter(({ agentId, groupId }) => {
        if (scope.kind === 'agents') return scope.agentIds.includes(agentId);
        return scope.kind === 'group' ? groupId === scope.groupId : scope.kind === 'all';
      });
      for (let at = 0; at < chosen.length; at += 1_000) yield chosen.slice(at, at + 1_000);
    },
    names: async (ids) => new Map(ids.map((id) => [id, 'gateway'])),
    text: async ({ version }) => texts[version] ?? null,
    comparePipelines: async (before, after) => comparePipelines(before, after),
    throughput: (agentId) => throughput.get(agentId),
    published: async () => ({ version: 1, agents: agents.length }),
  };
}
