import { setImmediate as turn } from 'node:timers/promises';
import type { AgentThroughput, ConfigurationThroughput } from '@ampora/api-contract';
import { type ThroughputStore, ThroughputSum, WINDOW_MS } from '@ampora/own-metrics';
import type { Queries } from '@ampora/projections/queries';
import { toVersionOrTag, versionText } from '../configuration/version-or-tag.ts';
import { notFound } from '../problem/api-error.ts';
import { momentOf } from '../reading/moment-of.ts';
import type { Handlers } from '../routing/handlers.ts';
import { KeptAnswers } from './kept-answers.ts';

/** Sums over agents are kept this long; what one agent says is told as it comes. */
const KEPT_MS = 30_000;

/** How long others wait at the most while a large sum is computed. */
const SLICE_MS = 8;

const windowSeconds = WINDOW_MS / 1_000;

const unavailable = (reason: 'not-kept' | 'not-reported') =>
  ({ available: false, reason, at: null, windowSeconds, components: [] }) satisfies Partial<AgentThroughput>;

/** What agents measure of themselves: newest only, and of those that tell this server. */
export function throughputHandlers({
  queries,
  throughput,
}: {
  readonly queries: Queries;
  readonly throughput: ThroughputStore;
}): Pick<Handlers, 'getAgentThroughput' | 'getConfigurationThroughput'> {
  const sums = new KeptAnswers<ConfigurationThroughput>(KEPT_MS);

  const sumOf = async (configurationId: string, version: number): Promise<ConfigurationThroughput> => {
    const agentIds = await queries.listRunningAgents({ configurationId, version });
    const sum = new ThroughputSum();
    let reporting = 0;
    let newestMs = 0;
    let untilMs = performance.now() + SLICE_MS;
    for (const agentId of agentIds) {
      const known = throughput.of(agentId, Date.now());
      if (!known) continue;
      sum.add(known);
      reporting++;
      newestMs = Math.max(newestMs, known.receivedMs);
      if (reporting % 16 !== 0 || performance.now() < untilMs) continue;
      await turn();
      untilMs = performance.now() + SLICE_MS;
    }
    const counts = { agents: agentIds.length, reporting };
    if (reporting === 0) return { ...unavailable('not-reported'), ...counts };
    return {
      available: true,
      reason: null,
      at: new Date(newestMs).toISOString(),
      windowSeconds,
      components: sum.components(),
      ...counts,
    };
  };

  return {
    async getAgentThroughput({ params, query }) {
      const moment = await momentOf(queries, query);
      const agent = await queries.getAgent(params.id, moment);
      if (!agent)
        throw notFound('agent/not-found', `There is no agent ${params.id}.`, { agentId: params.id });
      if (!moment.live) return { ...unavailable('not-kept'), process: null };
      const known = throughput.of(params.id, Date.now());
      if (!known) return { ...unavailable('not-reported'), process: null };
      const { receivedMs, components, process } = known;
      return {
        available: true,
        reason: null,
        at: new Date(receivedMs).toISOString(),
        windowSeconds,
        components: [...components],
        process,
      };
    },

    async getConfigurationThroughput({ params, query }) {
      const moment = await momentOf(queries, query);
      const asked = toVersionOrTag(params.version);
      const found = await queries.getVersion(params.id, asked, moment);
      if (!found) throw notFound('configuration/version-not-found', `There is no ${versionText(asked)}.`);
      if (!moment.live) return { ...unavailable('not-kept'), agents: 0, reporting: 0 };
      return sums.of(`${params.id}@${found.version}`, () => sumOf(params.id, found.version));
    },
  };
}
