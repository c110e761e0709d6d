import {
  createClient,
  type AgentDetail,
  type AgentRow,
  type AnswerOf,
  type StoredEvent,
} from '@ampora/api-contract';
import { waitUntil } from './wait-until.ts';

export interface PublishedVersion {
  readonly configurationId: string;
  readonly version: number;
  /** What agents see as config_hash, in hex. */
  readonly configHash: string;
}

/** What the suite asks of a server, over its REST API and nothing else. */
export interface AmporaClient {
  agentByUid(instanceUid: string): Promise<AgentRow | undefined>;
  agent(agentId: string): Promise<AgentDetail>;
  /** The text that the agent says it runs. */
  effectiveText(agentId: string): Promise<string>;
  components(agentId: string): Promise<AnswerOf<'getAgentComponents'>['kinds']>;
  /** Every event in the agent's own stream, oldest first. */
  agentEvents(agentId: string): Promise<readonly StoredEvent[]>;
  /** A new configuration with this text as its first published version. */
  publish(name: string, body: string): Promise<PublishedVersion>;
  /** Another published version of it. */
  publishNext(configurationId: string, body: string): Promise<PublishedVersion>;
  /** A draft beside what is published. */
  saveDraft(configurationId: string, body: string): Promise<void>;
  assign(published: PublishedVersion, agentId: string): Promise<void>;
  assignToAll(published: PublishedVersion): Promise<void>;
  /** The whole log, oldest first. */
  allEvents(): Promise<readonly StoredEvent[]>;
  /** Builds a read model anew and waits until the new one serves. */
  rebuild(projection: string): Promise<void>;
  /** Waits until every read model has come as far as the log. */
  caughtUp(): Promise<void>;
  isReady(): Promise<boolean>;
}

export function createAmporaClient(baseUrl: string): AmporaClient {
  const call = createClient({
    baseUrl,
    fetch: (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(10_000) }),
  });

  const publishNext = async (id: string, body: string): Promise<PublishedVersion> => {
    const draft = await call('createVersion', { params: { id }, body: { body } });
    const { version, configHash } = await call('publishVersion', {
      params: { id, version: draft.version },
      body: {},
      ifMatch: draft.rowVersion,
    });
    return { configurationId: id, version, configHash };
  };

  const eventsOf = async (filter: { readonly stream?: string }): Promise<StoredEvent[]> => {
    const events: StoredEvent[] = [];
    let cursor: string | undefined;
    do {
      const query = {
        ...filter,
        direction: 'forwards' as const,
        limit: 500,
        ...(cursor === undefined ? {} : { cursor }),
      };
      const page = await call('listEvents', { query });
      events.push(...page.items);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    return events;
  };

  return {
    agentByUid: async (instanceUid) => {
      const { items } = await call('listAgents', { query: { search: instanceUid } });
      return items.find((agent) => agent.instanceUid === instanceUid);
    },
    agent: (id) => call('getAgent', { params: { id } }),
    effectiveText: async (id) => {
      const { files } = await call('getAgentEffectiveConfig', { params: { id } });
      return files.map(({ text }) => text ?? '').join('\n');
    },
    components: async (id) => (await call('getAgentComponents', { params: { id } })).kinds,
    agentEvents: (id) => eventsOf({ stream: `agent-${id}` }),
    allEvents: () => eventsOf({}),
    publish: async (name, body) => {
      const { id } = await call('createConfiguration', { body: { name } });
      return publishNext(id, body);
    },
    publishNext,
    saveDraft: async (id, body) => {
      await call('createVersion', { params: { id }, body: { body } });
    },
    assign: async ({ configurationId, version }, agentId) => {
      await call('assign', { body: { configurationId, version, target: { agentId } } });
    },
    assignToAll: async ({ configurationId, version }) => {
      await call('assign', { body: { configurationId, version, target: { all: true } } });
    },
    rebuild: async (name) => {
      const before = (await call('listProjections', {})).items.find((row) => row.name === name);
      await call('rebuildProjection', { params: { name } });
      await waitUntil(
        `${name} being rebuilt`,
        async () => {
          const rows = (await call('listProjections', {})).items.filter((row) => row.name === name);
          const [only] = rows;
          return rows.length === 1 && only?.state === 'serving' && only.updatedAt !== before?.updatedAt;
        },
        { timeoutMs: 120_000 },
      );
    },
    caughtUp: async () => {
      await waitUntil(
        'every read model having caught up',
        async () => {
          const { items } = await call('listProjections', {});
          return items.length > 0 && items.every((row) => row.position === row.head);
        },
        { timeoutMs: 60_000 },
      );
    },
    isReady: async () =>
      (await fetch(`${baseUrl}/health/ready`, { signal: AbortSignal.timeout(2_000) })).status === 200,
  };
}
