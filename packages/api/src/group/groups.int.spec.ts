import { ApiProblem } from '@ampora/api-contract';
import { type AmporaEvent, streamOf } from '@ampora/catalogue';
import { uuidFrom } from '@ampora/application';
import { expect } from 'chai';
import { type RunningApi, startApi } from '../running-api.spec.ts';

const GOOD = `receivers:
  otlp:
    protocols:
      grpc:
exporters:
  debug:
service:
  pipelines:
    traces:
      receivers: [otlp]
      exporters: [debug]
`;
const SUPERVISED = '6151';

const agent = (index: number) => uuidFrom(`agent ${index}`);

function story(index: number): AmporaEvent[] {
  return [
    {
      type: 'AgentEnrolled',
      data: {
        agentId: agent(index),
        instanceUid: uuidFrom(`uid ${index}`),
        enrolment: 'open',
        remoteAddress: '127.0.0.1',
      },
    },
    { type: 'AgentCapabilitiesReported', data: { capabilities: SUPERVISED } },
    {
      type: 'AgentDescriptionReported',
      data: {
        digest: 'd1',
        identifying: [{ key: 'service.name', value: 'otelcol' }],
        nonIdentifying: [
          { key: 'host.name', value: `host-${index}` },
          { key: 'region', value: 'eu' },
        ],
      },
    },
  ];
}

async function problemOf(call: Promise<unknown>): Promise<ApiProblem> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ApiProblem) return error;
    throw error;
  }
  throw new Error('expected a problem');
}

describe('the REST API on groups', function () {
  this.timeout(120_000);
  let api: RunningApi;
  let seen: string;
  before(async () => {
    api = await startApi();
    for (let index = 0; index < 6; index++)
      seen = await api.given(streamOf.agent(agent(index)), story(index));
  });
  after(() => api.stop());

  const create = async (name: string, more: object = {}) => {
    const { id, position, revision } = await api.call('createGroup', { body: { name, ...more } });
    seen = position;
    return { id, revision };
  };
  const add = async (id: string, ...indexes: number[]) => {
    const answer = await api.call('addGroupMembers', {
      params: { id },
      body: { agentIds: indexes.map(agent) },
    });
    seen = answer.position;
    return answer;
  };
  const row = (index: number) =>
    api.call('getAgent', { params: { id: agent(index) }, query: { after: seen } });
  const published = async (name: string) => {
    const body = `${GOOD}# ${name}\n`;
    const { id } = await api.call('createConfiguration', { body: { name, body } });
    const { configHash } = await api.call('publishVersion', {
      params: { id, version: 1 },
      body: {},
      ifMatch: 1,
    });
    return { configurationId: id, version: 1, configHash };
  };

  it('shows a group with its members as soon as the answer said so', async () => {
    const { id, revision } = await create('Edge EU', { description: 'gateways', priority: 3 });
    expect(revision).to.equal(1);
    expect(await add(id, 0, 1, 1)).to.include({ changed: 2, unchanged: 0, note: null });
    expect(await add(id, 0)).to.include({ changed: 0, unchanged: 1 });
    const shown = await api.call('getGroup', { params: { id }, query: { after: seen } });
    expect(shown).to.include({ name: 'Edge EU', mode: 'static', members: 2, autoApply: true, priority: 3 });
    const { items } = await api.call('listAgents', { query: { groupId: id } });
    expect(items.map(({ displayName, groupName }) => [displayName, groupName])).to.deep.equal([
      ['host-0', 'Edge EU'],
      ['host-1', 'Edge EU'],
    ]);
    const facets = await api.call('getAgentFacets', { query: {} });
    expect(facets.facets['groupId']).to.deep.include({ value: id, count: 2 });
  });

  it('takes a name once, whatever its case, and gives it back when a group is renamed or deleted', async () => {
    const { id } = await create('names');
    const taken = await problemOf(api.call('createGroup', { body: { name: 'NAMES' } }));
    expect([taken.status, taken.code]).to.deep.equal([409, 'group/name-taken']);
    const other = await create('other');
    const rename = (ifMatch: number, name: string) =>
      api.call('editGroup', { params: { id: other.id }, body: { name }, ifMatch });
    expect((await problemOf(rename(1, 'Names'))).code).to.equal('group/name-taken');
    await rename(1, 'Other again');
    await create('OTHER');
    await api.call('deleteGroup', { params: { id } });
    const again = await create('names');
    const restore = (name?: string) =>
      api.call('restoreGroup', { params: { id }, body: name === undefined ? {} : { name } });
    expect((await problemOf(restore())).code).to.equal('group/name-taken');
    expect(await restore('names of old')).to.include({ id, name: 'names of old' });
    expect(again.id).not.to.equal(id);
  });

  it('refuses an edit of what somebody else has edited, and one without the revision that was seen', async () => {
    const { id } = await create('stale');
    const edit = (ifMatch: number | undefined, description: string) =>
      api.call('editGroup', {
        params: { id },
        body: { description },
        ...(ifMatch === undefined ? {} : { ifMatch }),
      });
    expect((await edit(1, 'one')).revision).to.equal(2);
    const stale = await problemOf(edit(1, 'two'));
    expect([stale.status, stale.code, stale.problem['currentRevision']]).to.deep.equal([
      412,
      'group/stale-revision',
      2,
    ]);
    expect((await problemOf(edit(undefined, 'three'))).status).to.equal(428);
    const remove = (ifMatch: number) => api.call('deleteGroup', { params: { id }, ifMatch });
    expect((await problemOf(remove(1))).code).to.equal('group/stale-revision');
    await remove(2);
    expect((await problemOf(edit(3, 'four'))).code).to.equal('group/deleted');
  });

  it('moves an agent out of its group with one fact, and answers each refusal by its code', async () => {
    const left = await create('left');
    const right = await create('right');
    await add(left.id, 2);
    const moved = await api.call('moveAgent', { params: { id: agent(2) }, body: { groupId: right.id } });
    seen = moved.position;
    expect((await row(2)).groupId).to.equal(right.id);
    const counts = await api.call('listGroups', { query: { search: 'ght' } });
    expect(counts.items.map(({ name, members }) => [name, members])).to.deep.equal([['right', 1]]);
    const out = await api.call('moveAgent', { params: { id: agent(2) }, body: { groupId: null } });
    seen = out.position;
    expect((await row(2)).groupId).to.equal(null);

    const nobody = uuidFrom('nobody');
    const move = (id: string, groupId: string | null) =>
      api.call('moveAgent', { params: { id }, body: { groupId } });
    expect((await problemOf(move(nobody, left.id))).code).to.equal('agent/not-found');
    expect((await problemOf(move(nobody, null))).code).to.equal('agent/not-found');
    expect((await problemOf(move(agent(2), nobody))).code).to.equal('group/not-found');
    const half = await problemOf(
      api.call('addGroupMembers', {
        params: { id: left.id },
        body: { agentIds: [agent(2), nobody] },
      }),
    );
    expect([half.code, half.problem['count']]).to.deep.equal(['agent/not-found', 1]);
    expect((await row(2)).groupId).to.equal(null);
    await api.call('deleteGroup', { params: { id: left.id } });
    expect((await problemOf(move(agent(2), left.id))).code).to.equal('group/deleted');
  });

  it('lets nobody but its selector put agents into a dynamic group', async () => {
    const dynamic = await create('by label', { mode: 'dynamic', selector: 'true' });
    const problem = await problemOf(add(dynamic.id, 3));
    expect([problem.status, problem.code]).to.deep.equal([409, 'group/is-dynamic']);
    const wrong = (body: { mode: 'static' | 'dynamic'; selector: string | null }) =>
      problemOf(api.call('createGroup', { body: { name: 'wrong', ...body } }));
    expect((await wrong({ mode: 'static', selector: 'true' })).code).to.equal('group/selector-mismatch');
    expect((await wrong({ mode: 'dynamic', selector: null })).status).to.equal(422);
    // The name that was refused with it is free.
    await create('wrong');
  });

  it('says that a selector takes back whom somebody takes out', async () => {
    const group = await create('becomes dynamic');
    await add(group.id, 3);
    const edited = await api.call('editGroup', {
      params: { id: group.id },
      body: { mode: 'dynamic', selector: 'true' },
      ifMatch: 1,
    });
    seen = edited.position;
    await api.call('getGroup', { params: { id: group.id }, query: { after: seen } });
    const out = await api.call('removeGroupMembers', {
      params: { id: group.id },
      body: { agentIds: [agent(3)] },
    });
    expect(out.changed).to.equal(1);
    expect(out.note).to.match(/taken back/);
  });

  it('gives members what their group is assigned, under their own assignment and over that of all', async () => {
    const [ofGroup, ofFleet, own] = [
      await published('of group'),
      await published('of all'),
      await published('own'),
    ];
    const { id } = await create('assigned');
    const assign = async (assigned: typeof own, target: object) => {
      const { configurationId, version } = assigned;
      const body = { configurationId, version, target } as never;
      seen = (await api.call('assign', { body })).position;
    };
    const unassign = async (target: object) => {
      seen = (await api.call('unassign', { body: { target } as never })).position;
    };
    await assign(ofFleet, { all: true });
    await add(id, 4);
    const runs = async () => {
      const { assignedHash, assignedBy } = await row(4);
      return [assignedBy, assignedHash];
    };
    expect(await runs()).to.deep.equal(['fleet', ofFleet.configHash]);
    await assign(ofGroup, { groupId: id });
    expect(await runs()).to.deep.equal(['group', ofGroup.configHash]);
    const { items } = await api.call('listAssignments', { query: {} });
    expect(items.find(({ target }) => 'groupId' in target)).to.deep.include({
      target: { groupId: id },
      displayName: 'assigned',
    });
    await assign(own, { agentId: agent(4) });
    expect(await runs()).to.deep.equal(['agent', own.configHash]);
    await unassign({ agentId: agent(4) });
    expect(await runs()).to.deep.equal(['group', ofGroup.configHash]);

    const { revision } = await api.call('getGroup', { params: { id } });
    expect(revision).to.equal(1);
    const edit = async (autoApply: boolean, ifMatch: number) => {
      seen = (await api.call('editGroup', { params: { id }, body: { autoApply }, ifMatch })).position;
    };
    await edit(false, 1);
    expect(await runs()).to.deep.equal(['fleet', ofFleet.configHash]);
    await edit(true, 2);
    expect(await runs()).to.deep.equal(['group', ofGroup.configHash]);
    seen = (await api.call('deleteGroup', { params: { id } })).position;
    expect(await runs()).to.deep.equal(['fleet', ofFleet.configHash]);
    const restored = await api.call('restoreGroup', { params: { id }, body: {} });
    seen = restored.position;
    expect(restored.formerMembers).to.deep.equal({ count: 1, free: [agent(4)], elsewhere: 0 });
    expect(await runs()).to.deep.equal(['fleet', ofFleet.configHash]);
    await add(id, 4);
    expect(await runs()).to.deep.equal(['group', ofGroup.configHash]);
    await unassign({ groupId: id });
    expect(await runs()).to.deep.equal(['fleet', ofFleet.configHash]);
    const told = await api.call('getAgentTimeline', {
      params: { id: agent(4) },
      query: { after: seen, kind: ['assignment'] },
    });
    expect(told.items.map(({ title }) => title)).to.include.members([
      "The group's assignment was taken back; the fleet's applies",
      'Joined group assigned',
      'The group was deleted',
      'Version 1 assigned to group assigned',
    ]);
    const ofOther = await api.call('getAgentTimeline', { params: { id: agent(0) }, query: {} });
    expect(ofOther.items.map(({ title }) => title)).not.to.include('Version 1 assigned to group assigned');
    expect((await problemOf(unassign({ groupId: id }))).code).to.equal('assignment/not-assigned');
  });

  it('tells in the end that each member of a deleted group has left it, and shows the group as it was', async () => {
    const { id } = await create('to be deleted');
    const { position } = await add(id, 5);
    await api.call('deleteGroup', { params: { id } });
    const deadline = Date.now() + 10_000;
    let last: string | undefined;
    while (Date.now() < deadline && last !== 'AgentLeftGroup') {
      const stored = await api.log.readStream(streamOf.assignment(agent(5)));
      last = stored.at(-1)?.type;
    }
    expect(last).to.equal('AgentLeftGroup');
    const before = await api.call('getGroup', { params: { id }, query: { at: position, after: position } });
    expect(before).to.include({ members: 1, deletedAt: null });
    const { items } = await api.call('listGroups', { query: { deleted: 'true' } });
    expect(items.map(({ name }) => name)).to.include('to be deleted');
    const gone = await problemOf(api.call('getGroup', { params: { id }, query: { at: '1' } }));
    expect(gone.status).to.equal(404);
  });

  it('lays server labels over what an agent says, finds agents by them, and says what lies under', async () => {
    const set = async (labels: Record<string, string>) => {
      const answer = await api.call('setAgentLabels', { params: { id: agent(0) }, body: { labels } });
      seen = answer.position;
      return answer;
    };
    await set({ team: 'payments, eu:1', region: 'us' });
    const { labels } = await row(0);
    expect(labels).to.deep.include({ key: 'region', value: 'us', source: 'server', shadowed: 'eu' });
    expect(labels).to.deep.include({ key: 'host.name', value: 'host-0', source: 'agent', shadowed: null });
    const found = async (...label: string[]) => {
      const { items } = await api.call('listAgents', { query: { label, after: seen } });
      return items.map(({ displayName }) => displayName);
    };
    expect(await found('region:us')).to.deep.equal(['host-0']);
    expect(await found('region:eu')).to.have.length(5);
    expect(await found('region:eu', 'host.name:host-1')).to.deep.equal(['host-1']);
    const [inList] = (await api.call('listAgents', { query: { label: ['region:us'] } })).items;
    expect(inList?.labels).to.deep.equal({ team: 'payments, eu:1', region: 'us' });
    const before = await api.call('listAgents', {
      query: { label: ['region:us'], at: String(BigInt(seen) - 1n) },
    });
    expect(before.items).to.deep.equal([]);
    await set({ team: 'x' });
    expect((await row(0)).labels).to.deep.include({
      key: 'region',
      value: 'eu',
      source: 'agent',
      shadowed: null,
    });
    const refusal = async (labels: Record<string, string>) => (await problemOf(set(labels))).code;
    expect(await refusal({ 'not a key': '' })).to.equal('label/invalid-key');
    expect(await refusal({ ['k'.repeat(64)]: '' })).to.equal('label/invalid-key');
    expect(await refusal({ key: 'v'.repeat(257) })).to.equal('label/invalid-value');
    const many = Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`k${index}`, '']));
    expect(await refusal(many)).to.equal('label/too-many');
  });

  it('moves ten thousand agents in one request, and not one more', async () => {
    const { id } = await create('ten thousand');
    const agentIds = Array.from({ length: 10_000 }, (_, index) => uuidFrom(`many ${index}`));
    const ofMany = await problemOf(
      api.call('addGroupMembers', { params: { id }, body: { agentIds: [...agentIds, agent(0)] } }),
    );
    expect([ofMany.status, ofMany.code]).to.deep.equal([422, 'group/too-many-members']);
    for (let start = 0; start < agentIds.length; start += 1_000) {
      const metadata = {
        tenant: 'default',
        actor: 'spec',
        actorRole: 'Agent' as const,
        correlationId: agent(0),
      };
      const results = await api.log.append(
        agentIds.slice(start, start + 1_000).map((agentId, index) => ({
          streamId: streamOf.agent(agentId),
          expectedRevision: 'no-stream' as const,
          events: [
            {
              id: uuidFrom(`enrolled ${start + index}`),
              type: 'AgentEnrolled',
              schemaVersion: 1,
              data: {
                agentId,
                instanceUid: uuidFrom(`many uid ${start + index}`),
                enrolment: 'open',
                remoteAddress: '127.0.0.1',
              },
              metadata,
            },
          ],
        })),
      );
      const last = results.at(-1);
      if (last?.outcome === 'appended') seen = String(last.position);
    }
    await api.call('listAgents', { query: { after: seen } });
    const startMs = performance.now();
    const joined = await api.call('addGroupMembers', { params: { id }, body: { agentIds } });
    const joinedMs = performance.now() - startMs;
    expect(joined).to.include({ changed: 10_000, unchanged: 0 });
    const shown = await api.call('getGroup', { params: { id }, query: { after: joined.position } });
    const shownMs = performance.now() - startMs;
    expect(shown.members).to.equal(10_000);
    console.log(
      `      10,000 members joined in ${Math.round(joinedMs)} ms, shown after ${Math.round(shownMs)} ms`,
    );
    const again = await api.call('addGroupMembers', { params: { id }, body: { agentIds } });
    expect(again).to.include({ changed: 0, unchanged: 10_000 });
  });
});
