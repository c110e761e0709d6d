import { defineBench, type Measured } from './harness.ts';
import { openPastFleet, type PastFleet } from './history/past-fleet.ts';

/**
 * P8: pages of the fleet, by many filters, orders and cursors, live and as of many moments, against the same number of
 * rows by primary key. Ten events an agent at the least: `BENCH_AGENTS=100000` for the fleet of the goals.
 * P9: one agent as of many moments, in a log of 10^4 events and in one of 10^6, of as many agents: histories a hundred
 * times as long.
 */
const AGENTS = Number(process.env.BENCH_AGENTS ?? 10_000);
const AGENTS_WHEN_QUICK = 1_000;
const EVENTS_PER_AGENT = 12;
const PAGE = 50;
const PAGES = 400;

type PageOf = Parameters<PastFleet['queries']['listAgents']>[0];

/** In the order of what agents are, and common states: what people look at. */
const common: readonly PageOf[] = [
  { limit: PAGE },
  { limit: PAGE, sort: '-displayName' },
  { limit: PAGE, sort: 'agentVersion' },
  { limit: PAGE, sort: 'hostName' },
  { limit: PAGE, sort: '-enrolledAt' },
  { limit: PAGE, filter: { connected: true } },
  { limit: PAGE, filter: { healthy: 'true' }, sort: 'hostName' },
  { limit: PAGE, filter: { agentVersion: ['0.133.0'] } },
];

/** Orders by state, and states that few are in. */
const byState: readonly PageOf[] = [
  { limit: PAGE, sort: 'driftState' },
  { limit: PAGE, sort: '-healthy' },
  { limit: PAGE, sort: '-stateSince' },
  { limit: PAGE, sort: '-lastSeenAt' },
  { limit: PAGE, filter: { driftState: ['rejected'] } },
  { limit: PAGE, filter: { search: 'edge-77' } },
];

let fleet: PastFleet;
const agentsOf = (quick: boolean): number => (quick ? AGENTS_WHEN_QUICK : AGENTS);

function percentiles(times: number[]): Measured {
  times.sort((left, right) => left - right);
  const at = (share: number): number => times[Math.floor((times.length - 1) * share)] ?? Number.NaN;
  return { value: at(0.99), figures: { 'median, ms': at(0.5), 'p95, ms': at(0.95), 'worst, ms': at(1) } };
}

async function timed(count: number, run: (index: number) => Promise<unknown>): Promise<Measured> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const startedMs = performance.now();
    await run(index);
    times.push(performance.now() - startedMs);
  }
  return percentiles(times);
}

/** The least that a page of the fleet can cost: so many rows by their key. */
function pagesByKey(): Promise<Measured> {
  return timed(PAGES, (index) =>
    fleet.knex.raw(
      `select * from read.${fleet.agentTable} where agent_id > ? order by agent_id limit ${PAGE}`,
      [fleet.agentIds[(index * 37) % fleet.agentIds.length] ?? ''],
    ),
  );
}

async function pagesOf(requests: readonly PageOf[], past: boolean): Promise<Measured> {
  const now = await fleet.queries.resolveMoment();
  const cursors = new Map<string, string>();
  return timed(PAGES, async (index) => {
    const request = requests[index % requests.length] ?? { limit: PAGE };
    const moment = past ? fleet.moments[Math.floor(index / requests.length) % fleet.moments.length] : now;
    const place = `${index % requests.length} ${moment?.position}`;
    // Every other time the page after it.
    const page = await fleet.queries.listAgents({ ...request, cursor: cursors.get(place) }, moment ?? now);
    if (page.next !== null && !cursors.has(place)) cursors.set(place, page.next);
    else cursors.delete(place);
  });
}

for (const [id, title, requests, past] of [
  ['fleet-page', 'P8 fleet page, any filter and order, now', [...common, ...byState], false],
  ['fleet-page-past', 'P8 fleet page at T, by what agents are', common, true],
  ['fleet-page-past-state', 'P8 fleet page at T, by state, and of few', byState, true],
] as const)
  defineBench({
    id,
    title: `${title} (p99; ${AGENTS} agents)`,
    rounds: 5,
    unit: 'ms',
    higherIsBetter: false,
    bound: 5,
    aim: 2,
    async setUp(quick) {
      fleet = await openPastFleet(agentsOf(quick) * EVENTS_PER_AGENT, agentsOf(quick));
    },
    tearDown: () => fleet?.close(),
    baseline: pagesByKey,
    product: () => pagesOf(requests, past),
  });

const P9_AGENTS = 200;
let short: PastFleet;
let long: PastFleet;

function agentsAsOf({ queries, agentIds, moments }: PastFleet): Promise<Measured> {
  return timed(PAGES, (index) => {
    const moment = moments[(index * 7) % moments.length];
    const agentId = agentIds[(index * 13) % agentIds.length];
    return moment && agentId ? queries.getAgent(agentId, moment) : Promise.resolve();
  });
}

defineBench({
  id: 'agent-as-of',
  title: 'P9 one agent as of T: 1,000,000 events against 10,000 (quick: 100,000 against 1,000), median',
  rounds: 5,
  unit: 'ms',
  higherIsBetter: false,
  bound: 1.5,
  aim: 1.1,
  async setUp(quick) {
    short = await openPastFleet(quick ? 1_000 : 10_000, P9_AGENTS);
    long = await openPastFleet(quick ? 100_000 : 1_000_000, P9_AGENTS);
  },
  async tearDown() {
    await short?.close();
    await long?.close();
  },
  baseline: async () => median(await agentsAsOf(short)),
  product: async () => median(await agentsAsOf(long)),
});

function median(measured: Measured): Measured {
  return { value: measured.figures['median, ms'] ?? Number.NaN, figures: { 'p99, ms': measured.value } };
}
