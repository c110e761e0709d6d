import type { AgentDetail } from '@ampora/api-contract';
import type { ContentReader } from '@ampora/application';
import { maskSecrets } from '@ampora/collector-config';
import type { AgentPage, Moment, Queries } from '@ampora/projections/queries';
import { notFound } from '../problem/api-error.ts';
import { momentOf, page } from '../reading/moment-of.ts';
import type { TextChecker } from '../configuration/text-check/text-checker.ts';
import { mutable } from '../reading/mutable.ts';
import type { Handlers } from '../routing/handlers.ts';
import { capabilityChips } from './capability-chips.ts';
import { componentKinds } from './component-kinds.ts';

type AgentReads = Pick<
  Handlers,
  | 'getOverview'
  | 'listAgents'
  | 'getAgentFacets'
  | 'getAgent'
  | 'getAgentTimeline'
  | 'getAgentLife'
  | 'getAgentEffectiveConfig'
  | 'compareAgentConfig'
  | 'getAgentComponents'
  | 'listDrift'
  | 'getDriftSummary'
>;

export interface AgentHandlersOptions {
  readonly queries: Queries;
  readonly content: ContentReader;
  readonly checker: Pick<TextChecker, 'compare'>;
}

export function agentHandlers({ queries, content, checker }: AgentHandlersOptions): AgentReads {
  const find = async (id: string, moment: Moment): Promise<AgentPage> => {
    const agent = await queries.getAgent(id, moment);
    if (!agent)
      throw notFound('agent/not-found', `There is no agent ${id}${moment.live ? '' : ' at that moment'}.`, {
        agentId: id,
      });
    return agent;
  };
  const textsOf = async (agent: AgentPage): Promise<Record<string, string>> => {
    const bodies = await content.readMany(agent.effectiveFiles.map(({ contentHash }) => contentHash));
    const texts: Record<string, string> = {};
    for (const { name, contentHash } of agent.effectiveFiles) {
      const text = toText(bodies.get(contentHash));
      if (text !== null) texts[name] = text;
    }
    return texts;
  };

  return {
    getOverview: async ({ query }) => mutable(await queries.overview(await momentOf(queries, query))),

    async listAgents({ query }) {
      const { sort, limit, cursor, at, after: _after, ...filter } = query;
      const moment = await momentOf(queries, { at });
      return mutable(await page(queries.listAgents({ sort, limit, cursor, filter }, moment)));
    },

    async getAgentFacets({ query }) {
      const { at, after: _after, ...filter } = query;
      return mutable(await queries.facets(filter, await momentOf(queries, { at })));
    },

    async getAgent({ params, query }) {
      const agent = await find(params.id, await momentOf(queries, query));
      const { assignedContentHash: _assigned, componentsContentHash: _components, ...shown } = agent;
      return mutable({ ...shown, capabilities: capabilityChips(agent.capabilities) }) as AgentDetail;
    },

    async getAgentTimeline({ params, query }) {
      const moment = await momentOf(queries, query);
      await find(params.id, moment);
      return mutable(await page(queries.listTimeline(params.id, query, moment)));
    },

    async getAgentLife({ params, query }) {
      const life = await queries.agentLife(params.id, await momentOf(queries, query));
      if (!life) throw notFound('agent/not-found', `There is no agent ${params.id}.`, { agentId: params.id });
      return mutable(life);
    },

    async getAgentEffectiveConfig({ params, query }) {
      const agent = await find(params.id, await momentOf(queries, query));
      const bodies = await content.readMany(agent.effectiveFiles.map(({ contentHash }) => contentHash));
      return {
        files: agent.effectiveFiles.map(({ name, contentType, contentHash }) => {
          const text = toText(bodies.get(contentHash));
          return { name, contentType, contentHash, text: text === null ? null : maskSecrets(text) };
        }),
      };
    },

    async compareAgentConfig({ params, query }) {
      const agent = await find(params.id, await momentOf(queries, query));
      const assigned =
        agent.assignedContentHash === null ? null : toText(await content.read(agent.assignedContentHash));
      return checker.compare({ kind: 'effective', assigned, effective: await textsOf(agent) });
    },

    async getAgentComponents({ params, query }) {
      const agent = await find(params.id, await momentOf(queries, query));
      const body =
        agent.componentsContentHash === null ? undefined : await content.read(agent.componentsContentHash);
      return { hash: agent.componentsHash, kinds: body ? componentKinds(body.toString('utf8')) : {} };
    },

    async listDrift({ query }) {
      const moment = await momentOf(queries, query);
      return mutable(await page(queries.listDrift(query, moment)));
    },

    getDriftSummary: async ({ query }) => mutable(await queries.driftSummary(await momentOf(queries, query))),
  };
}

const strict = new TextDecoder('utf-8', { fatal: true });

/** A body as text, or null when it is not there or not UTF-8. */
function toText(body: Uint8Array | undefined): string | null {
  if (!body) return null;
  try {
    return strict.decode(body);
  } catch {
    return null;
  }
}
