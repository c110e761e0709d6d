import { createHash } from 'node:crypto';
import { streamOf } from '@ampora/catalogue';
import { expect } from 'chai';
import { agentHistoryTable, agentTable } from './fleet/agent-row.ts';
import { type AgentsRequest, agentsStatement } from './fleet/list-agents.ts';
import { countMembersStatement } from './groups/queries.ts';
import { pastPageStatement } from './fleet/past-page.ts';
import { type Bench, type Fact, openBench } from './harness.spec.ts';
import { bodies, uuidOf } from './histories.spec.ts';
import { createQueries, type Moment, type Queries } from './queries.ts';
import { readModels } from './read-models.ts';

/** Such as 100000 for figures; the default is what every run can afford. */
const agents = Number(process.env['AMPORA_SCALE_AGENTS'] ?? 10_000);
const configurationId = uuidOf('configuration', 0);
const configHash = createHash('sha256').update('0').digest('hex');

function* storyOf(index: number): Generator<Fact> {
  const stream = streamOf.agent(uuidOf('agent', index));
  const connectionId = uuidOf('connection', index);
  const healthy = index % 50 !== 0;
  const health = {
    healthy,
    status: healthy ? 'StatusOK' : 'StatusPermanentError',
    lastError: healthy ? '' : 'connection refused',
    startTimeUnixNano: '1',
    statusTimeUnixNano: '0',
    components: [],
  };
  const agentId = uuidOf('agent', index);
  yield {
    stream,
    event: {
      type: 'AgentEnrolled',
      data: { agentId, instanceUid: uuidOf('uid', index), enrolment: 'open', remoteAddress: '127.0.0.1' },
    },
  };
  yield {
    stream,
    event: {
      type: 'AgentConnected',
      data: { connectionId, transport: 'websocket', remoteAddress: '127.0.0.1', edgeInstance: 'e' },
    },
  };
  yield { stream, event: { type: 'AgentCapabilitiesReported', data: { capabilities: String(0x1807) } } };
  yield {
    stream,
    event: {
      type: 'AgentDescriptionReported',
      data: {
        digest: 'd',
        identifying: [
          { key: 'service.name', value: `otelcol-${index % 7}` },
          { key: 'service.version', value: `0.${index % 23}.0` },
        ],
        nonIdentifying: [
          {
            key: 'host.name',
            value: `host-${createHash('md5').update(String(index)).digest('hex').slice(0, 10)}`,
          },
          { key: 'os.type', value: index % 3 ? 'linux' : 'windows' },
        ],
      },
    },
  };
  yield { stream, event: { type: 'AgentHealthReported', data: { digest: 'h', health, reports: 1 } } };
  const { contentHash } = bodies[index % 20 === 0 ? 2 : 1]!;
  yield {
    stream,
    event: {
      type: 'AgentEffectiveConfigReported',
      data: { digest: 'e', files: [{ name: '', contentType: 'text/yaml', contentHash, sizeBytes: 1 }] },
    },
  };
  yield {
    stream,
    event: {
      type: 'AgentRemoteConfigStatusReported',
      data: { configHash, status: 'applied', errorMessage: '' },
    },
  };
  for (let change = 0; change < 3; change++)
    yield {
      stream,
      event: {
        type: 'AgentHealthReported',
        data: { digest: 'h', health: { ...health, lastError: `attempt ${change}` }, reports: 1 },
      },
    };
}

const groupsOfFleet = 10;
const groupId = (index: number) => uuidOf('group', index);

function* groupsWithMembers(): Generator<Fact> {
  for (let index = 0; index < groupsOfFleet; index++)
    yield {
      stream: streamOf.group(groupId(index)),
      event: {
        type: 'GroupCreated',
        data: {
          groupId: groupId(index),
          name: `group ${index}`,
          description: '',
          priority: 0,
          autoApply: true,
          mode: 'static',
          selector: null,
        },
      },
    };
  for (let index = 0; index < agents; index++) {
    const agentId = uuidOf('agent', index);
    const stream = streamOf.assignment(agentId);
    yield {
      stream,
      event: {
        type: 'AgentJoinedGroup',
        data: { agentId, groupId: groupId(index % groupsOfFleet), previousGroupId: null, reason: 'bulk' },
      },
    };
    if (index % 100 === 0)
      yield {
        stream,
        event: { type: 'AgentLabelsChanged', data: { agentId, set: { ring: 'canary' }, removed: [] } },
      };
  }
}

const assignedToGroup = (index: number, version: number): Fact => ({
  stream: streamOf.group(groupId(index)),
  event: {
    type: 'GroupConfigurationAssigned',
    data: {
      groupId: groupId(index),
      configurationId,
      version,
      contentHash: bodies[0]!.contentHash,
      configHash: createHash('sha256').update(String(version)).digest('hex'),
    },
  },
});

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly Plan[];
}

function scansOf(plan: Plan): readonly string[] {
  const own = plan['Node Type'] === 'Seq Scan' ? [plan['Relation Name'] ?? '?'] : [];
  return [...own, ...(plan.Plans ?? []).flatMap(scansOf)];
}

describe(`read models with ${agents} agents`, function () {
  this.timeout(600_000);
  let bench: Bench;
  let queries: Queries;
  let middle: Moment;
  let now: Moment;
  let head = 0n;
  const figures: string[] = [];

  async function appendAll(from: number, to: number): Promise<void> {
    let facts: Fact[] = [];
    for (let index = from; index < to; index++) {
      facts.push(...storyOf(index));
      if (facts.length < 5_000) continue;
      head = await bench.append(facts);
      facts = [];
    }
    if (facts.length > 0) head = await bench.append(facts);
  }

  before(async () => {
    bench = await openBench();
    await bench.append(bodies);
    await appendAll(0, agents / 2);
    await bench.append([
      {
        stream: streamOf.fleetAssignment('default'),
        event: {
          type: 'FleetConfigurationAssigned',
          data: { configurationId, version: 1, contentHash: bodies[0]!.contentHash, configHash },
        },
      },
    ]);
    await appendAll(agents / 2, agents);
    const joins: Fact[] = [];
    for (const fact of groupsWithMembers()) {
      joins.push(fact);
      if (joins.length >= 5_000) head = await bench.append(joins.splice(0));
    }
    joins.push(assignedToGroup(0, 2), assignedToGroup(1, 2));
    head = await bench.append(joins);
    const startMs = performance.now();
    bench.projector().start();
    await bench.reached(head, readModels, 500_000);
    const seconds = (performance.now() - startMs) / 1_000;
    figures.push(
      `build ${head} events in ${seconds.toFixed(1)} s: ${Math.round(Number(head) / seconds)} events/s`,
    );

    const liveMs = performance.now();
    const before = head;
    for (let index = 0; index < 2_000; index += 100) {
      const batch = Array.from({ length: 100 }, (_, offset) =>
        [...storyOf((index + offset) % agents)].slice(-3),
      ).flat();
      head = await bench.append(batch);
    }
    const appendSeconds = (performance.now() - liveMs) / 1_000;
    await bench.reached(head, readModels, 500_000);
    const liveSeconds = (performance.now() - liveMs) / 1_000;
    figures.push(
      `live ${head - before} events: ${Math.round(Number(head - before) / liveSeconds)} events/s, of which ${appendSeconds.toFixed(1)} s went into appending`,
    );
    await bench.pool.query(
      `insert into ampora_presence select agent_id, tenant, now(), 'e' from read.${agentTable} on conflict do nothing`,
    );
    await bench.pool.query('vacuum analyze');
    queries = createQueries({ knex: bench.knex, eventLog: bench.eventLog });
    now = await queries.resolveMoment();
    middle = await queries.resolveMoment(String(head / 2n));
  });
  after(async () => {
    console.log(figures.map((figure) => `      ${figure}`).join('\n'));
    await bench.close();
  });

  async function timed(label: string, run: () => Promise<unknown>): Promise<void> {
    const times: number[] = [];
    for (let round = 0; round < 9; round++) {
      const startMs = performance.now();
      await run();
      times.push(performance.now() - startMs);
    }
    times.sort((left, right) => left - right);
    figures.push(`${label}: median ${times[4]?.toFixed(1)} ms, worst ${times[8]?.toFixed(1)} ms`);
  }

  async function explain(request: AgentsRequest, moment: Moment): Promise<{ plan: Plan; text: string }> {
    const { sql, bindings } = agentsStatement('default', request, moment);
    const answer = await bench.knex.raw(`explain (format json) ${sql}`, bindings as never);
    const plan = answer.rows[0]['QUERY PLAN'][0].Plan as Plan;
    return { plan, text: JSON.stringify(plan, null, 1) };
  }

  const requests: Record<string, AgentsRequest> = {
    ...Object.fromEntries(
      (
        [
          'displayName',
          'agentType',
          'agentVersion',
          'hostName',
          'connected',
          'healthy',
          'driftState',
          'remoteConfigStatus',
          'stateSince',
          'enrolledAt',
        ] as const
      ).flatMap((sort) => [
        [sort, { limit: 50, sort }],
        [`-${sort}`, { limit: 50, sort: `-${sort}` as const }],
      ]),
    ),
    'one drift state by name': { limit: 50, filter: { driftState: ['changed'] } },
    'unhealthy by host': { limit: 50, sort: 'hostName', filter: { healthy: 'false' } },
    search: { limit: 50, filter: { search: 'host-abc' } },
    'one version of one type': {
      limit: 50,
      filter: { agentType: ['otelcol-3'], agentVersion: ['0.7.0'] },
    },
    'members of a group': { limit: 50, filter: { groupId: groupId(3) } },
    'those in no group': { limit: 50, filter: { groupId: 'none' } },
    label: { limit: 50, filter: { label: ['ring:canary'] } },
    'two labels': { limit: 50, filter: { label: ['ring:canary', 'os.type:windows'] } },
  };

  for (const [label, request] of Object.entries(requests))
    it(`answer a page by ${label} from an index`, async () => {
      const { plan, text } = await explain(request, now);
      expect(scansOf(plan), text).not.to.include(agentTable);
      await timed(`page by ${label}`, () => queries.listAgents(request, now));
    });

  it('follow a cursor through an order with many equals, each agent once', async () => {
    const seen = new Set<string>();
    let cursor: string | undefined;
    for (let pages = 0; pages < 8; pages++) {
      const page = await queries.listAgents({ limit: 500, sort: '-healthy', cursor }, now);
      for (const { id } of page.items) {
        expect(seen.has(id)).to.equal(false);
        seen.add(id);
      }
      if (page.next === null) break;
      cursor = page.next;
    }
    expect(seen.size).to.equal(Math.min(agents, 4_000));
  });

  it('answer a page of the past without scanning the history', async () => {
    const pastRequests: Record<string, AgentsRequest> = {
      name: { limit: 50 },
      'name downwards': { limit: 50, sort: '-displayName' },
      version: { limit: 50, sort: 'agentVersion' },
      'name, connected ones': { limit: 50, filter: { connected: true } },
      'name, few': { limit: 50, filter: { healthy: 'unknown' } },
      'drift state': { limit: 50, sort: 'driftState' },
      'state since': { limit: 50, sort: '-stateSince' },
    };
    for (const [label, request] of Object.entries(pastRequests)) {
      const { plan, text } = await explain(request, middle);
      expect(scansOf(plan), text).not.to.include(agentHistoryTable);
      await timed(`page of the past by ${label}`, () => queries.listAgents(request, middle));
    }
  });

  it('walk the order of a past page along an index, no further than the page', async () => {
    for (const sort of ['displayName', '-displayName', 'agentVersion', 'enrolledAt'] as const) {
      const walk = pastPageStatement('default', { limit: 50, sort }, middle);
      expect(walk?.isWhole).to.equal(true);
      const answer = await bench.knex.raw(
        `explain (format json) ${walk?.sql}`,
        (walk?.bindings ?? []) as never,
      );
      const plan = answer.rows[0]['QUERY PLAN'][0].Plan as Plan;
      expect(scansOf(plan), JSON.stringify(plan, null, 1)).to.deep.equal([]);
    }
  });

  it('count the members of groups, and how they are, from an index alone', async () => {
    const ids = Array.from({ length: groupsOfFleet }, (_, index) => groupId(index));
    const { sql, bindings } = countMembersStatement(ids, now);
    const answer = await bench.knex.raw(`explain (format json) ${sql}`, bindings as never);
    const plan = answer.rows[0]['QUERY PLAN'][0].Plan as Plan;
    expect(scansOf(plan), JSON.stringify(plan, null, 1)).to.deep.equal([]);
    await timed('groups with their counts', () => queries.listGroups({ limit: 50 }, now));
    await timed('groups of the past', () => queries.listGroups({ limit: 50 }, middle));
    const { items } = await queries.listGroups({ limit: 50 }, now);
    expect(items.reduce((sum, { members }) => sum + members, 0)).to.equal(agents);
  });

  it('give all members of a group what it is assigned, and take it from them when it is deleted', async () => {
    const shown = async (what: string, fact: Fact) => {
      const startMs = performance.now();
      head = await bench.append([fact]);
      await bench.reached(head, readModels, 100_000);
      figures.push(
        `${what} of ${agents / groupsOfFleet}: shown after ${Math.round(performance.now() - startMs)} ms`,
      );
      const live = await queries.resolveMoment();
      return queries.listAgents({ limit: 500, filter: { groupId: groupId(4) } }, live);
    };
    const { items } = await shown('a group', assignedToGroup(4, 3));
    expect(
      new Set(items.map(({ assigned, assignedBy }) => `${assigned?.version} ${assignedBy}`)),
    ).to.deep.equal(new Set(['3 group']));
    const deleted: Fact = {
      stream: streamOf.group(groupId(4)),
      event: { type: 'GroupDeleted', data: { groupId: groupId(4) } },
    };
    expect((await shown('a deleted group', deleted)).items).to.deep.equal([]);
    expect(await queries.listLeaving(agents)).to.have.length(agents / groupsOfFleet);
    const former = await queries.formerMembers(groupId(4), head, 10_000);
    expect([former.count, former.free.length]).to.deep.equal([
      agents / groupsOfFleet,
      Math.min(10_000, agents / groupsOfFleet),
    ]);
  });

  it('answer the rest in bounded time', async () => {
    const id = uuidOf('agent', 7);
    await timed('page by last seen', () => queries.listAgents({ limit: 50, sort: '-lastSeenAt' }, now));
    await timed('facets', () => queries.facets({}, now));
    await timed('facets of the past', () => queries.facets({}, middle));
    await timed('one agent', () => queries.getAgent(id, now));
    await timed('one agent in the past', () => queries.getAgent(id, middle));
    await timed('timeline', () => queries.listTimeline(id, { limit: 50 }, now));
    await timed('life', () => queries.agentLife(id, now));
    await timed('drift list', () => queries.listDrift({ limit: 50 }, now));
    await timed('overview', () => queries.overview(now));
    await timed('moment by time', () => queries.resolveMoment(new Date(now.atMs - 3_000).toISOString()));
  });

  it('are rebuilt to the same moment', async () => {
    const startMs = performance.now();
    const before = await queries.listAgents({ limit: 500 }, middle);
    const projector = bench.projector();
    projector.start();
    for (const { name, version } of readModels) await projector.request(name, version, 'rebuild');
    await bench.until(
      `not exists (select from read.projections where slot = 'shadow' or request is not null)`,
      500_000,
    );
    const seconds = (performance.now() - startMs) / 1_000;
    figures.push(
      `rebuild ${head} events in ${seconds.toFixed(1)} s: ${Math.round(Number(head) / seconds)} events/s`,
    );
    expect(await queries.listAgents({ limit: 500 }, middle)).to.deep.equal(before);
  });
});
