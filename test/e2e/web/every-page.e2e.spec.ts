import { createFleet, type Fleet } from '@ampora/fleet-sim';
import { expect } from 'chai';
import { waitUntil } from '../../system/wait-until.ts';
import { type ConsoleUnderTest, startConsole } from './console-under-test.ts';
import { findAccessibilityFaults, findOverflow, findStructuralFaults } from './page-rules.ts';
import { brokenConfiguration, soundConfiguration } from './story-configurations.ts';

interface Places {
  readonly agentId: string;
  readonly rejectingId: string;
  readonly configurationId: string;
  readonly groupId: string;
  readonly position: string;
}

/** Every page, and the states of it that look different. */
const pages: readonly [string, (places: Places) => string][] = [
  ['the overview', () => '/'],
  ['the fleet', () => '/fleet'],
  ['a narrowed fleet', () => '/fleet?driftState=rejected,pending&sort=-displayName'],
  ['a fleet without a match', () => '/fleet?search=nobody-is-called-so'],
  ['the fleet by group and label', () => '/fleet?groupId=none&label=os.type:linux'],
  ['the groups', () => '/groups'],
  ['the deleted groups', () => '/groups?tab=deleted'],
  ['a new group', () => '/groups/new?selector=os.type%20%3D%20%22linux%22'],
  ['a group', ({ groupId }) => `/groups/${groupId}`],
  ['a group that is edited', ({ groupId }) => `/groups/${groupId}/edit`],
  ['an agent', ({ agentId }) => `/agents/${agentId}`],
  ['an agent that refused', ({ rejectingId }) => `/agents/${rejectingId}`],
  ['an agent’s health', ({ rejectingId }) => `/agents/${rejectingId}?tab=health`],
  ['an agent’s configuration', ({ agentId }) => `/agents/${agentId}?tab=configuration`],
  ['an agent’s components', ({ agentId }) => `/agents/${agentId}?tab=components`],
  ['an agent’s history', ({ agentId }) => `/agents/${agentId}?tab=history`],
  ['an agent in the past', ({ agentId, position }) => `/agents/${agentId}?at=${position}`],
  ['an agent before it enrolled', ({ agentId }) => `/agents/${agentId}?at=1`],
  ['the configurations', () => '/configurations'],
  ['a new configuration', () => '/configurations/new'],
  ['a configuration', ({ configurationId }) => `/configurations/${configurationId}`],
  ['a published version', ({ configurationId }) => `/configurations/${configurationId}/versions/1`],
  ['a draft with problems', ({ configurationId }) => `/configurations/${configurationId}/versions/3`],
  ['a comparison', ({ configurationId }) => `/configurations/${configurationId}/compare?from=1&to=2`],
  [
    'a comparison by text',
    ({ configurationId }) => `/configurations/${configurationId}/compare?from=1&to=2&view=text`,
  ],
  [
    'a filtered configuration',
    ({ configurationId }) => `/configurations/${configurationId}?status=Published`,
  ],
  ['the lint rules', () => '/settings/lint-rules'],
  ['a new lint rule', () => '/settings/lint-rules?rule=new'],
  ['how expressions are written', () => '/reference/expressions'],
  ['drift', () => '/drift'],
  ['the events', () => '/events'],
  ['an event', ({ position }) => `/events/${position}`],
  ['the audit log', () => '/audit'],
  ['a narrowed audit log', () => '/audit?entityType=Configuration&action=Published&text=edge'],
  ['an audit log without a match', () => '/audit?text=nothing-is-called-so'],
  ['the proof', () => '/audit/proof'],
  ['the proof of an event', ({ position }) => `/audit/proof?event=${position}`],
  ['the projections', () => '/projections'],
  ['what made an agent unhealthy', ({ rejectingId }) => `/agents/${rejectingId}/bisect`],
];

const emptyPages = [
  '/',
  '/fleet',
  '/groups',
  '/groups/new',
  '/configurations',
  '/drift',
  '/events',
  '/audit',
  '/audit/proof',
  '/projections',
  '/settings/lint-rules',
];
const narrow = { width: 390, height: 844 };

describe('every page of the console', function () {
  this.timeout(240_000);
  let console: ConsoleUnderTest;
  let fleet: Fleet | undefined;
  let places: Places;

  before(async function () {
    console = await startConsole(this);
  });
  after(async () => {
    await fleet?.stop();
    await console?.close();
  });

  for (const path of emptyPages) it(`is sound at ${path} with an empty fleet`, () => expectSound(path));

  describe('with a fleet', () => {
    before(async () => {
      fleet = createFleet({
        endpoint: console.ampora.opampEndpoint('websocket'),
        agents: 12,
        characters: { healthy: 9, 'refuses-config': 2, observer: 1 },
        pace: 0.2,
      });
      await fleet.start();
      places = await prepare(console, fleet);
    });

    for (const [name, pathOf] of pages) it(`is sound: ${name}`, () => expectSound(pathOf(places)));
  });

  /** Wide and light, wide and dark, and as narrow as a telephone. */
  async function expectSound(path: string) {
    const { page, open, takeTroubles } = await console.newPage();
    try {
      await open(path);
      const faults: string[] = [];
      const look = async (where: string) => {
        const found = [
          ...(await findStructuralFaults(page)),
          ...(await findOverflow(page)),
          ...(await findAccessibilityFaults(page)),
        ];
        faults.push(...found.map((fault) => `${where}: ${fault}`));
      };
      await look('light');
      await page.emulateMedia({ colorScheme: 'dark' });
      await open(path);
      await look('dark');
      await page.setViewportSize(narrow);
      await look('narrow');
      expect(faults, path).to.deep.equal([]);
      expect(takeTroubles(), path).to.deep.equal([]);
    } finally {
      await page.context().close();
    }
  }
});

/** Two published versions, the second assigned to all and settled, and a draft that cannot be published. */
async function prepare({ ampora }: ConsoleUnderTest, fleet: Fleet): Promise<Places> {
  const { client } = ampora;
  const first = await client.publish('edge', soundConfiguration);
  const second = await client.publishNext(
    first.configurationId,
    soundConfiguration.replace('verbosity: basic', 'verbosity: detailed'),
  );
  await client.saveDraft(first.configurationId, brokenConfiguration);
  await waitUntil('all agents being known', async () => {
    const known = await Promise.all(fleet.agents.map(({ uidText }) => client.agentByUid(uidText)));
    return known.every((agent) => agent !== undefined);
  });
  await client.assignToAll(second);
  const settledIn = (state: string) =>
    waitUntil(`an agent being ${state}`, async () => {
      for (const { uidText } of fleet.agents) {
        const row = await client.agentByUid(uidText);
        if (row?.driftState === state) return row;
      }
      return undefined;
    });
  const [agent, rejecting] = await Promise.all([settledIn('in-sync'), settledIn('rejected')]);
  const groupId = await makeGroup(ampora.url);
  const [, connected] = await client.agentEvents(agent.id);
  // What is not sealed yet has no proof.
  await fetch(`${ampora.url}/api/audit/roots`, { method: 'POST' });
  return {
    agentId: agent.id,
    rejectingId: rejecting.id,
    configurationId: first.configurationId,
    groupId,
    position: connected!.position,
  };
}

/** A group with members, and one that is deleted. */
async function makeGroup(url: string): Promise<string> {
  const send = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${url}/api${path}`, {
      method,
      headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expect(response.ok, `${method} ${path}`).to.equal(true);
    return (await response.json()) as { id: string };
  };
  const gone = await send('POST', '/groups', { name: 'Gone by now' });
  await send('DELETE', `/groups/${gone.id}`);
  const { id } = await send('POST', '/groups', {
    name: 'Linux hosts',
    mode: 'dynamic',
    selector: 'os.type = "linux"',
  });
  await waitUntil('agents joining', async () => {
    const response = await fetch(`${url}/api/groups/${id}`);
    return ((await response.json()) as { members: number }).members > 0;
  });
  return id;
}
