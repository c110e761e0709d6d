import {
  createClient,
  type AgentDetail,
  type AgentRow,
  type AnswerOf,
  type StoredEvent,
} from '@ampora/api-contract';

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
  assign(published: PublishedVersion, agentId: string): Promise<void>;
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
    agentEvents: async (id) => {
      const events: StoredEvent[] = [];
      let cursor: string | undefined;
      do {
        const page = await call('listEvents', {
          query: {
            stream: `agent-${id}`,
            direction: 'forwards',
            limit: 500,
            ...(cursor === undefined ? {} : { cursor }),
          },
        });
        events.push(...page.items);
        cursor = page.next ?? undefined;
      } while (cursor !== undefined);
      return events;
    },
    publish: async (name, body) => {
      const { id } = await call('createConfiguration', { body: { name } });
      return publishNext(id, body);
    },
    publishNext,
    assign: async ({ configurationId, version }, agentId) => {
      await call('assign', { body: { configurationId, version, target: { agentId } } });
    },
    isReady: async () =>
      (await fetch(`${baseUrl}/health/ready`, { signal: AbortSignal.timeout(2_000) })).status === 200,
  };
}
