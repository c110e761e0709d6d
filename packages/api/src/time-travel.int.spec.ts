import { type Operation, type OperationId, operations } from '@ampora/api-contract';
import { expect } from 'chai';
import type { ZodObject } from 'zod';
import { agentId, agentStream, enrolled, type RunningApi, startApi } from './running-api.spec.ts';

/** Not told by the log, so that no past has it. */
const ofThePresent = new Set(['lastSeenAt', 'at', 'live', 'position', 'to', 'isCapped']);

function withoutPresent(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPresent);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !ofThePresent.has(key))
      .map(([key, member]) => [key, withoutPresent(member)]),
  );
}

describe('reads of the past over the API', () => {
  let api: RunningApi;
  let configurationId: string;
  let groupId: string;
  let assignedAt: string;
  let head: string;
  before(async () => {
    api = await startApi();
    await api.given(agentStream, enrolled(0x1807n));
    const body =
      'receivers: { nop: {} }\nexporters: { nop: {} }\nservice: { pipelines: { logs: { receivers: [nop], exporters: [nop] } } }\n';
    const made = await api.call('createConfiguration', { body: { name: 'edge', description: '', body } });
    configurationId = made.id;
    const target = { params: { id: made.id, version: 1 }, body: { notes: '' }, ifMatch: 1 };
    await api.call('getConfiguration', { params: { id: made.id }, query: { after: made.position } });
    await api.call('publishVersion', target);
    const assigned = await api.call('assign', {
      body: { configurationId, version: 1, target: { agentId } },
    });
    groupId = (await api.call('createGroup', { body: { name: 'Edge' } })).id;
    const joined = await api.call('addGroupMembers', {
      params: { id: groupId },
      body: { agentIds: [agentId] },
    });
    const labels = { ring: 'canary' };
    const labelled = await api.call('setAgentLabels', { params: { id: agentId }, body: { labels } });
    expect(BigInt(labelled.position) > BigInt(joined.position)).to.equal(true);
    expect(BigInt(joined.position) > BigInt(assigned.position)).to.equal(true);
    assignedAt = assigned.position;
    head = labelled.position;
    await api.call('getAgent', { params: { id: agentId }, query: { after: head } });
  });
  after(() => api.stop());

  const query: Partial<Record<OperationId, Record<string, unknown>>> = {
    compareVersions: { from: 1, to: 1 },
    explainField: { entity: 'agent', id: agentId, field: 'assigned' },
  };
  const idFor = ({ path }: Operation) => {
    if (path.includes('/configurations/')) return configurationId;
    return path.includes('/groups/') ? groupId : agentId;
  };
  const paramsOf = (operation: Operation) => ({
    id: idFor(operation),
    version: 1,
    position: head,
  });
  /** What flows is measured, not recorded: a moment that is named has none, though it were this one. */
  const measured = new Set<OperationId>(['getAgentThroughput', 'getConfigurationThroughput']);
  const reads = (Object.entries(operations) as [OperationId, Operation][]).filter(
    ([, { method, query: schema }]) =>
      method === 'get' && 'at' in ((schema as ZodObject | undefined)?.shape ?? {}),
  );

  for (const [id, operation] of reads)
    it(`${id} says at the head of the log what it says live, and refuses the future and nonsense`, async () => {
      const ask = (at?: string) =>
        api.call(id, {
          params: paramsOf(operation),
          query: { ...query[id], ...(at === undefined ? {} : { at }) },
        } as never);
      const [live, past] = [await ask(), await ask(head)];
      if (measured.has(id)) expect(past).to.include({ available: false, reason: 'not-kept' });
      else expect(withoutPresent(past)).to.deep.equal(withoutPresent(live));
      for (const at of ['999999999', '2999-01-01T00:00:00Z', 'yesterday']) {
        const refused = await ask(at).then(
          () => 'answered',
          (error: { status?: number }) => error.status,
        );
        expect(refused, at).to.equal(400);
      }
    });

  it('finds an agent, its configuration and its events gone before they came', async () => {
    const gone = async (id: OperationId, params: object) =>
      api.call(id, { params, query: { at: '0' } } as never).then(
        () => 200,
        ({ status }: { status?: number }) => status,
      );
    expect(await gone('getAgent', { id: agentId })).to.equal(404);
    expect(await gone('getAgentLife', { id: agentId })).to.equal(404);
    expect(await gone('getConfiguration', { id: configurationId })).to.equal(404);
    expect((await api.call('listAgents', { query: { at: '0' } })).items).to.deep.equal([]);
    expect((await api.call('listEvents', { query: { at: '0' } })).items).to.deep.equal([]);
    expect((await api.call('getEventFacets', { query: { at: '0' } })).total).to.equal(0);
    expect((await api.call('getOverview', { query: { at: '0' } })).agents).to.equal(0);
  });

  it('tells the whole way from an assignment', async () => {
    const why = await api.call('explainField', {
      query: { entity: 'agent', id: agentId, field: 'assigned' },
    });
    expect(why.event.type).to.equal('AgentConfigurationAssigned');
    expect(why.since.position).to.equal(assignedAt);
    expect(why.previous?.value).to.equal(null);
    const causes = await api.call('getEventCauses', { params: { position: assignedAt } });
    expect(causes.nodes.map(({ event }) => event.id)).to.include(why.event.id);
  });

  it('refuses an unknown field with the list of those there are', async () => {
    const problem = await api
      .call('explainField', { query: { entity: 'agent', id: agentId, field: 'colour' } })
      .then(
        () => undefined,
        (error: { problem: Record<string, unknown> }) => error.problem,
      );
    expect(problem).to.include({ status: 400, code: 'why/unknown-field' });
    expect(problem?.['fields']).to.include('driftState');
  });
});
