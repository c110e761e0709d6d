import { finishBulkAction } from '@ampora/application';
import { operations, type OperationId } from '@ampora/api-contract';
import { type AmporaEvent, streamOf } from '@ampora/catalogue';
import { expect } from 'chai';
import { type RunningApi, startApi } from '../running-api.spec.ts';

const agentAt = (index: number) => `0195d0a0-0000-7000-8000-${String(index).padStart(12, '0')}`;
const text = (endpoint: string) => `receivers: {otlp: {protocols: {grpc: {endpoint: "127.0.0.1:4317"}}}}
exporters: {otlp: {endpoint: "${endpoint}"}}
service: {pipelines: {traces: {receivers: [otlp], exporters: [otlp]}}}
`;

function facts(agentId: string, ring: string): AmporaEvent[] {
  return [
    { type: 'AgentEnrolled', data: { agentId, instanceUid: agentId, enrolment: 'open', remoteAddress: '' } },
    { type: 'AgentCapabilitiesReported', data: { capabilities: '7' } },
    {
      type: 'AgentDescriptionReported',
      data: {
        digest: ring,
        identifying: [{ key: 'service.name', value: 'otelcol' }],
        nonIdentifying: [
          { key: 'ring', value: ring },
          { key: 'host.name', value: `=cmd|${agentId.slice(-3)}` },
        ],
      },
    },
  ];
}

describe('plans, previews, bulk actions and explanations', () => {
  let api: RunningApi;
  let configurationId: string;
  let groupId: string;
  const agents = Array.from({ length: 6 }, (_, index) => agentAt(index + 1));

  before(async function () {
    this.timeout(60_000);
    api = await startApi();
    let after = '0';
    for (const [index, agentId] of agents.entries())
      after = await api.given(streamOf.agent(agentId), facts(agentId, index < 2 ? 'canary' : 'stable'));
    const made = await api.call('createConfiguration', { body: { name: 'gateway', body: text('one:4317') } });
    configurationId = made.id;
    const params = { id: configurationId, version: 1 };
    await api.call('publishVersion', { params, body: {}, ifMatch: 1 });
    const group = await api.call('createGroup', { body: { name: 'fixed' } });
    groupId = group.id;
    await api.call('listGroups', { query: { after: group.position } });
    await api.call('listAgents', { query: { after } });
  });
  after(() => api.stop());

  const head = () => api.log.head();
  const dryRun = async (
    id: OperationId,
    given: { params?: Record<string, string>; body?: unknown; ifMatch?: number },
  ) => {
    const { method, path } = operations[id];
    const url = path.replace(/:(\w+)/g, (_, name: string) => String(given.params?.[name]));
    const response = await fetch(`${api.url}${url}?dryRun=true`, {
      method: method.toUpperCase(),
      headers: {
        'content-type': 'application/json',
        ...(given.ifMatch === undefined ? {} : { 'if-match': `"${given.ifMatch}"` }),
      },
      ...(given.body === undefined ? {} : { body: JSON.stringify(given.body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it('never writes on a dry run, of whatever write that can be tried', async () => {
    const target = { all: true };
    const version = { configurationId, version: 1 };
    const [first = '', second = ''] = agents;
    const given: Record<string, { params?: Record<string, string>; body?: unknown; ifMatch?: number }> = {
      publishVersion: { params: { id: configurationId, version: '1' }, body: {}, ifMatch: 1 },
      assign: { body: { ...version, target } },
      unassign: { body: { target } },
      createGroup: { body: { name: 'new', mode: 'dynamic', selector: 'ring = "canary"' } },
      editGroup: { params: { id: groupId }, body: { priority: 7 }, ifMatch: 1 },
      deleteGroup: { params: { id: groupId }, ifMatch: 1 },
      restoreGroup: { params: { id: groupId }, body: {} },
      addGroupMembers: { params: { id: groupId }, body: { agentIds: [first] } },
      removeGroupMembers: { params: { id: groupId }, body: { agentIds: [first] } },
      moveAgent: { params: { id: first }, body: { groupId } },
      setAgentLabels: { params: { id: second }, body: { labels: { ring: 'beta' } } },
      bulkAgents: { body: { action: 'move', groupId, selection: { filter: {} } } },
    };
    const planned = Object.entries(operations).flatMap(([id, operation]) => ('plans' in operation ? id : []));
    expect(Object.keys(given).toSorted()).to.deep.equal(planned.toSorted());
    const before = await head();
    for (const id of planned) {
      const { status, body } = await dryRun(id as OperationId, given[id] ?? {});
      expect(status, `${id}: ${JSON.stringify(body)}`).to.be.lessThan(300);
      expect(body, id).to.include.keys('agents', 'groups', 'pipelines', 'destinations', 'totals');
    }
    expect(await head()).to.equal(before);
  });

  it('refuses a dry run of what cannot be tried, and does not do it', async () => {
    const before = await head();
    const { status, body } = await dryRun('createConfiguration', { body: { name: 'never' } });
    expect([status, body['code']]).to.deep.equal([400, 'request/no-dry-run']);
    expect(await head()).to.equal(before);
  });

  it('plans by itself what the dry run of the write plans', async () => {
    const target = { all: true } as const;
    const plan = await api.call('planChange', {
      body: { change: { kind: 'assign', configurationId, version: 1, target } },
    });
    expect(plan.agents).to.include({ total: 6, starts: 6 });
    expect(plan.destinations).to.deep.equal([{ op: '+', exporter: 'otlp', endpoint: 'one:4317', agents: 6 }]);
    expect((await dryRun('assign', { body: { configurationId, version: 1, target } })).body).to.deep.equal(
      plan,
    );
  });

  it('previews a group, and refuses to create one by a selector that cannot be used', async () => {
    const preview = await api.call('previewGroup', { body: { selector: 'ring = "canary" and zone = "x"' } });
    expect(preview).to.deep.include({ valid: true, matches: 0 });
    expect(preview.unmatchedKeys.map(({ key }) => key)).to.deep.equal(['zone']);
    const matching = await api.call('previewGroup', { body: { selector: 'ring = "canary"' } });
    expect(matching.joins.count).to.equal(2);
    const refused = await dryRunless('createGroup', { name: 'bad', mode: 'dynamic', selector: 'ring = ' });
    expect([refused.status, refused.body['code']]).to.deep.equal([422, 'group/selector-invalid']);
  });

  const dryRunless = async (id: 'createGroup' | 'bulkAgents', body: unknown, key?: string) => {
    const response = await fetch(`${api.url}${operations[id].path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key ? { 'idempotency-key': key } : {}) },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it('does one thing to many once per key, as one fact that names them all', async () => {
    const body = { action: 'label', set: { team: 'payments' }, selection: { agentIds: agents } };
    const first = await dryRunless('bulkAgents', body, 'once');
    expect(first.body).to.deep.include({ count: 6, changed: 6 });
    const at = await head();
    expect((await dryRunless('bulkAgents', body, 'once')).body).to.deep.include({ count: 6, changed: 6 });
    expect(await head()).to.equal(at);
    const other = await dryRunless('bulkAgents', { ...body, set: { team: 'other' } }, 'once');
    expect(other.body['code']).to.equal('request/idempotency-key-reused');
    const audit = await api.call('listAuditEvents', { query: { after: String(at) } });
    const rows = audit.items.filter(
      ({ type }) => type === 'BulkActionPerformed' || type === 'AgentLabelsChanged',
    );
    expect(rows.map(({ type, action }) => [type, action])).to.deep.equal([
      ['BulkActionPerformed', 'AgentsLabelled'],
    ]);
    const [fact] = await api.log.readStream(`bulk-${rows[0]?.entityId}`);
    expect(fact?.data['agentIds']).to.deep.equal(agents);
  });

  it('is finished when it was broken off, but for agents about which something else was decided since', async () => {
    const [first = '', second = '', third = ''] = agents;
    const data = {
      action: 'label' as const,
      agentIds: [first, second, third],
      set: { wave: '1' },
      removed: [],
    };
    const at = await api.given(streamOf.bulk('broken-off'), [{ type: 'BulkActionPerformed', data }]);
    await api.given(streamOf.assignment(second), [
      { type: 'AgentLabelsChanged', data: { agentId: second, set: { wave: '2' }, removed: [] } },
    ]);
    const fact = await api.log.readAt(BigInt(at));
    if (!fact) throw new Error('not there');
    await finishBulkAction(api.log, fact);
    const head = String(await api.log.head());
    await finishBulkAction(api.log, fact);
    expect(String(await api.log.head())).to.equal(head);
    const { items } = await api.call('listAgents', { query: { after: head, label: 'wave:1' } });
    expect(items.map(({ id }) => id).toSorted()).to.deep.equal([first, third]);
  });

  it('takes no more agents than it may', async () => {
    const agentIds = Array.from({ length: 5_001 }, (_, index) => agentAt(index + 100));
    const body = { action: 'force-push', selection: { agentIds }, confirm: '5001' };
    const { status, body: answer } = await dryRunless('bulkAgents', body);
    expect([status, answer['code'], answer['most']]).to.deep.equal([422, 'bulk/too-many', 5_000]);
  });

  it('acts on a filter only when the number is confirmed', async () => {
    const body = {
      action: 'assign',
      configurationId,
      version: 1,
      selection: { filter: { label: 'ring:canary' } },
    };
    const refused = await dryRunless('bulkAgents', body);
    expect([refused.status, refused.body['code'], refused.body['confirm']]).to.deep.equal([
      409,
      'bulk/not-confirmed',
      '2',
    ]);
    const done = await dryRunless('bulkAgents', { ...body, confirm: '2' });
    expect(done.body).to.deep.include({ count: 2, changed: 2 });
  });

  it('exports agents as CSV that a spreadsheet takes for text', async () => {
    const csv = await api.call('exportAgents', { query: { label: 'ring:canary' } });
    const lines = csv.trimEnd().split('\r\n');
    expect(lines[0]).to.match(/^id,instance_uid,display_name,/);
    expect(lines.slice(1).map((line) => line.split(',')[2])).to.deep.equal(["'=cmd|001", "'=cmd|002"]);
  });

  it('explains why an agent runs what it runs, each step with its event, now and before', async () => {
    const [first = ''] = agents;
    const at = String(await head());
    const { summary, steps } = await api.call('explainAgent', {
      params: { id: first },
      query: { after: at },
    });
    expect(summary).to.contain('is to run gateway version 1, since it was assigned to it');
    expect(steps.map(({ kind }) => kind)).to.deep.equal([
      'agent',
      'group',
      'assignment',
      'version',
      'offer',
      'status',
    ]);
    const assignment = steps.find(({ kind }) => kind === 'assignment');
    const event = await api.call('getEvent', { params: { position: String(assignment?.position) } });
    expect(event.type).to.equal('AgentConfigurationAssigned');
    const before = String(BigInt(String(assignment?.position)) - 1n);
    const earlier = await api.call('explainAgent', { params: { id: first }, query: { at: before } });
    expect(earlier.summary).to.contain('nothing is assigned');
  });
});
