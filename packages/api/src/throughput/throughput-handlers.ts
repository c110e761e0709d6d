import type { AgentThroughput, ConfigurationThroughput } from '@ampora/api-contract';
import { sumThroughput, type ThroughputStore, WINDOW_MS } from '@ampora/own-metrics';
import type { Queries } from '@ampora/projections/queries';
import { toVersionOrTag, versionText } from '../configuration/version-or-tag.ts';
import { notFound } from '../problem/api-error.ts';
import { momentOf } from '../reading/moment-of.ts';
import type { Handlers } from '../routing/handlers.ts';
import { KeptAnswers } from './kept-answers.ts';

/** Sums over agents are kept this long; what one agent says is told as it comes. */
const KEPT_MS = 30_000;

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
    const nowMs = Date.now();
    const all = agentIds.flatMap((agentId) => throughput.of(agentId, nowMs) ?? []);
    const counts = { agents: agentIds.length, reporting: all.length };
    if (all.length === 0) return { ...unavailable('not-reported'), ...counts };
    const newestMs = all.reduce((newest, { receivedMs }) => Math.max(newest, receivedMs), 0);
    return {
      available: true,
      reason: null,
      at: new Date(newestMs).toISOString(),
      windowSeconds,
      components: sumThroughput(all),
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
