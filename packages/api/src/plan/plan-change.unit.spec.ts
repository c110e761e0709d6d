import { expect } from 'chai';
import {
  agentAt,
  agentIdAt,
  configurationId,
  givenFleet,
  groupAt,
  groupIdAt,
  versionAt,
} from './given-fleet.spec.ts';
import { planChange } from './plan-change.ts';
import { previewGroup } from './preview-group.ts';

const text = (endpoint: string) => `receivers: {otlp: {protocols: {grpc: {}}}}
exporters: {otlp: {endpoint: "${endpoint}"}}
service: {pipelines: {traces: {receivers: [otlp], exporters: [otlp]}}}
`;
const texts = { 1: text('one:4317'), 2: text('two:4317') };
const tenant = 'default';

describe('a plan', () => {
  it('adds up what the agents that it touches take in, and only theirs', async () => {
    const agents = [agentAt(0), agentAt(1), agentAt(2, { own: versionAt(2) }), agentAt(3)];
    const nothing = {
      outgoingPerSecond: null,
      refusedPerSecond: null,
      failedPerSecond: null,
      queueSize: null,
      queueCapacity: null,
    };
    const carries = (itemsPerSecond: number) => ({
      receivedMs: 0,
      process: null,
      components: [
        { ...nothing, section: 'receivers' as const, id: 'otlp', signal: 'traces', itemsPerSecond },
        { ...nothing, section: 'exporters' as const, id: 'otlp', signal: 'traces', itemsPerSecond },
      ],
    });
    const throughput = new Map([0, 1, 2].map((index) => [agentIdAt(index), carries(10 * (index + 1))]));
    const planOf = (given: typeof throughput) =>
      planChange(givenFleet({ agents, fleet: versionAt(1), texts, throughput: given }), {
        change: { kind: 'assign', configurationId, version: 2, target: { all: true } },
        tenant,
      });
    expect((await planOf(throughput)).throughput).to.deep.equal({
      reporting: 2,
      signals: [{ signal: 'traces', itemsPerSecond: 30 }],
    });
    expect((await planOf(new Map())).throughput).to.equal(null);
  });

  it('counts who starts, changes and stops when all are assigned another version', async () => {
    const agents = [agentAt(0), agentAt(1, { own: versionAt(2) }), agentAt(2, { takesRemoteConfig: false })];
    const source = givenFleet({ agents, fleet: versionAt(1), texts });
    const plan = await planChange(source, {
      change: { kind: 'assign', configurationId, version: 2, target: { all: true } },
      tenant,
    });
    expect(plan.agents).to.deep.equal({
      total: 1,
      starts: 0,
      changes: 1,
      stops: 0,
      sample: [
        {
          agentId: agentIdAt(0),
          displayName: 'agent-00000',
          op: '~',
          before: { configurationId, name: 'gateway', version: 1 },
          after: { configurationId, name: 'gateway', version: 2 },
        },
      ],
    });
    expect(plan.pipelines).to.deep.equal([{ op: '~', signal: 'traces', id: 'traces', agents: 1 }]);
    expect(plan.destinations).to.deep.equal([
      { op: '+', exporter: 'otlp', endpoint: 'two:4317', agents: 1 },
      { op: '-', exporter: 'otlp', endpoint: 'one:4317', agents: 1 },
    ]);
    expect(plan.totals).to.deep.equal({ add: 1, change: 2, remove: 1 });
    expect(plan.warnings.map(({ code }) => code)).to.deep.equal(['plan/watch-only']);
  });

  it('tells who stops matching when a selector changes', async () => {
    const own = groupAt(0, { mode: 'dynamic', selector: 'ring = "a"', assigned: versionAt(1) });
    const agents = [
      agentAt(0, { reported: { ring: 'a', zone: 'x' }, groupId: own.groupId }),
      agentAt(1, { reported: { ring: 'a', zone: 'y' }, groupId: own.groupId }),
    ];
    const plan = await planChange(givenFleet({ agents, groups: [own], texts }), {
      change: { kind: 'edit-group', groupId: own.groupId, selector: 'ring = "a" and zone = "x"' },
      tenant,
    });
    expect(plan.stopsMatching).to.deep.equal({
      count: 1,
      sample: [{ agentId: agentIdAt(1), displayName: 'agent-00001' }],
    });
    expect(plan.agents).to.include({ total: 1, stops: 1 });
    expect(plan.groups).to.deep.equal([
      { op: '~', groupId: own.groupId, name: 'group 0', joins: 0, leaves: 1 },
    ]);
  });

  it('moves members of a group that is deleted to the next that matches', async () => {
    const first = groupAt(0, {
      mode: 'dynamic',
      priority: 5,
      selector: 'ring = "a"',
      assigned: versionAt(1),
    });
    const second = groupAt(1, { mode: 'dynamic', selector: 'has-key ring', assigned: versionAt(2) });
    const agents = [agentAt(0, { reported: { ring: 'a' }, groupId: first.groupId })];
    const plan = await planChange(givenFleet({ agents, groups: [first, second], texts }), {
      change: { kind: 'delete-group', groupId: first.groupId },
      tenant,
    });
    expect(plan.groups).to.deep.equal([
      { op: '-', groupId: first.groupId, name: 'group 0', joins: 0, leaves: 1 },
      { op: '~', groupId: second.groupId, name: 'group 1', joins: 1, leaves: 0 },
    ]);
    expect(plan.agents).to.include({ changes: 1 });
  });

  it('follows a label to the group that it leads to', async () => {
    const canary = groupAt(0, { mode: 'dynamic', selector: 'ring = "canary"', assigned: versionAt(2) });
    const source = givenFleet({ agents: [agentAt(0)], groups: [canary], fleet: versionAt(1), texts });
    const plan = await planChange(source, {
      change: { kind: 'labels', agentId: agentIdAt(0), labels: { ring: 'canary' } },
      tenant,
    });
    expect(plan.agents.sample.map(({ op, after }) => [op, after?.version])).to.deep.equal([['~', 2]]);
  });

  it('changes nobody by publishing, and says what it would change', async () => {
    const source = givenFleet({ agents: [agentAt(0)], texts });
    const plan = await planChange(source, {
      change: { kind: 'publish', configurationId, version: 2 },
      tenant,
    });
    expect(plan.agents.total).to.equal(0);
    expect(plan.pipelines).to.have.length(1);
    expect(plan.warnings[0]?.code).to.equal('plan/publishing-moves-nobody');
  });

  it('counts ten thousand exactly and names twenty', async () => {
    const agents = Array.from({ length: 10_000 }, (_, index) => agentAt(index));
    const plan = await planChange(givenFleet({ agents, texts }), {
      change: { kind: 'assign', configurationId, version: 1, target: { all: true } },
      tenant,
    });
    expect(plan.agents).to.include({ total: 10_000, starts: 10_000 });
    expect(plan.agents.sample).to.have.length(20);
  });
});

describe('the preview of a group', () => {
  const agents = [
    agentAt(0, { reported: { ring: 'canary' } }),
    agentAt(1, { reported: { ring: 'canary' }, groupId: groupIdAt(0) }),
    agentAt(2, { reported: { ring: 'stable' } }),
  ];
  const fixed = groupAt(0, { assigned: versionAt(1) });

  it('tells who joins, and who is held by a group that somebody chose', async () => {
    const preview = await previewGroup(givenFleet({ agents, groups: [fixed], texts }), {
      mode: 'dynamic',
      selector: 'ring = "canary"',
      configuration: versionAt(2),
    });
    expect(preview).to.deep.include({ valid: true, matches: 2, stays: 0, undecided: 0 });
    expect(preview.joins.sample.map(({ agentId, wouldRun }) => [agentId, wouldRun?.version])).to.deep.equal([
      [agentIdAt(0), 2],
    ]);
    expect(preview.contested).to.deep.equal([
      { groupId: fixed.groupId, name: 'group 0', priority: 0, mode: 'static', wins: true, agents: 1 },
    ]);
  });

  it('names labels that no agent has, with the nearest that is there', async () => {
    const preview = await previewGroup(givenFleet({ agents }), {
      mode: 'dynamic',
      selector: 'rign = "canary"',
    });
    expect(preview.unmatchedKeys).to.deep.equal([{ key: 'rign', nearest: ['ring'] }]);
  });

  it('lets nobody go for a selector that cannot be read, and says where it is wrong', async () => {
    const own = groupAt(3, { mode: 'dynamic', selector: 'ring = "canary"' });
    const member = agentAt(5, { reported: { ring: 'canary' }, groupId: own.groupId });
    const preview = await previewGroup(givenFleet({ agents: [member], groups: [own] }), {
      groupId: own.groupId,
      mode: 'dynamic',
      selector: 'ring = ',
    });
    expect(preview).to.deep.include({ valid: false, stays: 1 });
    expect(preview.leaves.count).to.equal(0);
    expect(preview.problems[0]).to.include({ severity: 'error', line: 1 });
  });
});
