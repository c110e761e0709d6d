import type { ThroughputStore } from '@ampora/own-metrics';
import type { Queries } from '@ampora/projections/queries';
import type { TextChecker } from '../configuration/text-check/text-checker.ts';
import type { AgentScope, PlannedAgent, PlanSource } from './plan-source.ts';

const PAGE = 1_000;

interface PlanSourceOptions {
  readonly checker: Pick<TextChecker, 'comparePipelines'>;
  readonly throughput: ThroughputStore;
}

/** Plans read what the read models show now. */
export function readPlanSource(queries: Queries, { checker, throughput }: PlanSourceOptions): PlanSource {
  return {
    groups: () => queries.listAimedGroups(),
    fleet: () => queries.fleetAssignment(),
    agents: (scope) => pages(queries, scope),
    names: (configurationIds) => queries.configurationNames(configurationIds),
    async text({ configurationId, version }) {
      const found = await queries.getVersion(configurationId, version, await queries.resolveMoment());
      return found?.body ?? null;
    },
    comparePipelines: (before, after) => checker.comparePipelines({ before, after }),
    throughput: (agentId) => throughput.of(agentId, Date.now()),
    async published(configurationId) {
      const found = await queries.getConfiguration(configurationId, await queries.resolveMoment());
      if (!found || found.publishedVersion === null) return null;
      return { version: found.publishedVersion, agents: found.agents };
    },
  };
}

async function* pages(queries: Queries, scope: AgentScope): AsyncGenerator<readonly PlannedAgent[]> {
  if (scope.kind === 'none') return;
  const only =
    scope.kind === 'agents'
      ? { agentIds: [...new Set(scope.agentIds)] }
      : scope.kind === 'group'
        ? { groupId: scope.groupId }
        : {};
  let after: PlannedAgent | undefined;
  do {
    const page = await queries.listAimedAgents(
      { ...only, withSources: true, limit: PAGE },
      { order: 'name', after },
    );
    if (page.length > 0) yield page;
    after = page.length === PAGE ? page.at(-1) : undefined;
  } while (after);
}
