// What is evaluated in the page is written for the page.
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { createFleet, type Fleet } from '@ampora/fleet-sim';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { waitUntil } from '../../system/wait-until.ts';
import { type ConsoleUnderTest, startConsole, type WatchedPage, reloadAlive } from './console-under-test.ts';
import { findAccessibilityFaults, findOverflow, findStructuralFaults } from './page-rules.ts';
import { soundConfiguration } from './story-configurations.ts';

const agentCount = 8;
const refusing = 1;

interface Stored {
  readonly id: string;
  readonly position: string;
  readonly type: string;
  readonly correlationId: string;
  readonly streamId: string;
  readonly data: Readonly<Record<string, unknown>>;
}

describe('the event explorer', function () {
  this.timeout(120_000);
  let console: ConsoleUnderTest;
  let fleet: Fleet | undefined;
  let desk: WatchedPage;
  let page: Page;

  before(async function () {
    console = await startConsole(this);
    const { client } = console.ampora;
    fleet = createFleet({
      endpoint: console.ampora.opampEndpoint('websocket'),
      agents: agentCount,
      characters: { healthy: agentCount - refusing, 'refuses-config': refusing },
      pace: 0.2,
    });
    await fleet.start();
    const rows = () => Promise.all(fleet!.agents.map(({ uidText }) => client.agentByUid(uidText)));
    await waitUntil('all agents being known', async () =>
      (await rows()).every((agent) => agent !== undefined),
    );
    await client.assignToAll(await client.publish('edge', soundConfiguration));
    await waitUntil('all agents having answered', async () =>
      (await rows()).every((agent) => ['in-sync', 'rejected'].includes(agent?.driftState ?? '')),
    );
    desk = await console.newPage({ permissions: ['clipboard-read', 'clipboard-write'] });
    page = desk.page;
  });
  afterEach(() => {
    expect(desk?.takeTroubles() ?? []).to.deep.equal([]);
  });
  after(async () => {
    await fleet?.stop();
    await console?.close();
  });

  const query = () => new URL(page.url()).searchParams;
  const heads = () => page.locator('[data-event]');
  const chips = () => page.getByRole('list', { name: 'What narrows the list' });
  const filters = () => page.getByRole('complementary', { name: 'Filters' });

  async function stored(search: string): Promise<Stored[]> {
    const answer = await fetch(`${console.ampora.url}/api/events?${search}`);
    return ((await answer.json()) as { items: Stored[] }).items;
  }

  it('shows the log, newest first', async () => {
    await desk.open('/events');
    const positions = await heads().evaluateAll((rows) =>
      rows.map((row) => Number(row.getAttribute('data-event'))),
    );
    expect(positions).to.have.length.above(20);
    expect(positions).to.deep.equal(positions.toSorted((a, b) => b - a));
  });

  it('narrows by what it counts, in any combination, in the address', async () => {
    const offered = filters().getByRole('link', { name: /^AgentRemoteConfigOffered \d+$/ });
    const count = Number(/\d+$/.exec(await offered.innerText())![0]);
    await offered.click();
    await page.waitForURL(/type=AgentRemoteConfigOffered/);
    await waitUntil('the narrowed list', async () => (await heads().count()) === count);
    await filters()
      .getByRole('button', { name: /^All \d+ types$/ })
      .click();
    await filters()
      .getByRole('link', { name: /^FleetConfigurationAssigned 1$/ })
      .click();
    await waitUntil('both types', async () => (await heads().count()) === count + 1);
    await filters()
      .getByRole('link', { name: /^agent:\*/ })
      .click();
    await waitUntil('only what agents did', async () => (await heads().count()) === count);
    expect(Object.fromEntries(query())).to.deep.equal({
      type: 'AgentRemoteConfigOffered,FleetConfigurationAssigned',
      actor: 'agent:*',
    });
    await reloadAlive(page);
    await chips()
      .getByRole('link', { name: /Actor agent:\*/ })
      .click();
    await waitUntil('both types again', async () => (await heads().count()) === count + 1);
    await page.goBack();
    await waitUntil('one step back', async () => (await heads().count()) === count);
    await chips().getByRole('link', { name: 'Clear all' }).click();
    await page.waitForURL((url) => url.search === '');
  });

  it('narrows to an agent, a stream and a stretch of time that is typed', async () => {
    const agent = (await console.ampora.client.agentByUid(fleet!.agents[0]!.uidText))!;
    await filters().getByRole('textbox', { name: 'Agent' }).fill('nonsense');
    await filters().getByRole('button', { name: 'Apply' }).click();
    await filters().getByRole('alert').filter({ hasText: 'Agent: this takes an id.' }).waitFor();
    await filters().getByRole('textbox', { name: 'Agent' }).fill(agent.id);
    await filters().getByRole('textbox', { name: 'Types' }).fill('AgentConnected AgentEnrolled');
    await filters().getByRole('textbox', { name: 'From' }).fill('2 h ago');
    await filters().getByRole('button', { name: 'Apply' }).click();
    await page.waitForURL(/agentId=/);
    expect(Date.parse(query().get('since')!)).to.be.closeTo(Date.now() - 7_200_000, 60_000);
    const expected = await stored(`agentId=${agent.id}&type=AgentConnected,AgentEnrolled&limit=100`);
    await waitUntil('the agent’s events', async () => (await heads().count()) === expected.length);
    expect(expected.some(({ streamId }) => streamId === `agent-${agent.id}`)).to.equal(true);
  });

  it('is walked with j and k, and a row opens where it stands', async () => {
    await desk.open('/events?type=AgentRemoteConfigStatusReported');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    expect(
      await heads()
        .first()
        .evaluate((row) => row === document.activeElement),
    ).to.equal(true);
    await page.keyboard.press('Enter');
    expect(await heads().first().getAttribute('aria-expanded')).to.equal('true');
    const detail = page.locator('.open').first();
    await detail.getByText('Correlation').waitFor();
    await detail.getByRole('group', { name: 'Before and after' }).waitFor();
    expect(await detail.innerText()).to.include('applying');
    await page.keyboard.press('Enter');
    expect(await page.locator('.open').count()).to.equal(0);
  });

  it('stands still while things happen, and says how many', async () => {
    await desk.open('/events?type=AgentDisconnected');
    expect(await heads().count()).to.equal(0);
    await fleet!.agents[1]!.stop();
    const button = page.getByRole('button', { name: '1 new' });
    await button.waitFor();
    expect(await heads().count(), 'nothing has jumped').to.equal(0);
    await button.click();
    await waitUntil('the new event', async () => (await heads().count()) === 1);
    expect(await button.count()).to.equal(0);
  });

  it('gathers what one decision set off', async () => {
    await desk.open('/events');
    await page.getByRole('link', { name: 'By correlation' }).click();
    await page.waitForURL(/group=correlation/);
    const groups = page.getByRole('list', { name: 'Events by correlation' }).locator('.group');
    await groups.first().waitFor();
    const group = groups.filter({ hasText: 'FleetConfigurationAssigned' }).first();
    await group.getByRole('link', { name: 'all of it' }).click();
    await page.waitForURL(/correlationId=/);
    const [assigned] = await stored('type=FleetConfigurationAssigned');
    expect(query().get('correlationId')).to.equal(assigned!.correlationId);
  });

  it('draws the way from an operator’s decision to what an agent made of it', async () => {
    const applied = (await stored('type=AgentRemoteConfigStatusReported&limit=100')).find(
      ({ data }) => data['status'] === 'applied',
    )!;
    await desk.open(`/events/${applied.position}`);
    const tree = page.getByRole('list', { name: 'What caused what' });
    const lines = await tree.getByRole('listitem').allInnerTexts();
    expect(lines[0]).to.include('FleetConfigurationAssigned');
    const focus = tree.locator('[aria-current=true]');
    expect(await focus.innerText()).to.match(/Level 3.*AgentRemoteConfigStatusReported.*applied/s);
    await tree.getByRole('button', { name: /^and \d+ more AgentRemoteConfigOffered$/ }).click();
    expect(await tree.getByRole('listitem').count()).to.be.at.least(1 + agentCount + 1);
    await tree.getByRole('link', { name: 'FleetConfigurationAssigned' }).click();
    await page.getByRole('heading', { level: 1, name: 'FleetConfigurationAssigned' }).waitFor();
  });

  it('leads to the neighbours, in the log and in the stream', async () => {
    const [assigned] = await stored('type=FleetConfigurationAssigned');
    await desk.open(`/events/${assigned!.position}`);
    await page.getByText('First in the stream').waitFor();
    await page.getByText('Last in the stream').waitFor();
    await page.getByRole('link', { name: /^Before in the log/ }).click();
    await page.waitForURL((url) => !url.pathname.endsWith(assigned!.position));
    await page.keyboard.press('j');
    await page.waitForURL((url) => url.pathname.endsWith(assigned!.position));
  });

  it('is copied as the command that lists the same', async () => {
    await desk.open('/events?type=FleetConfigurationAssigned');
    await page.getByRole('button', { name: 'Copy as CLI command' }).click();
    await page.getByText(/^Copied: ampora events list/).waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).to.equal(
      `ampora events list --type FleetConfigurationAssigned --url ${console.ampora.url}`,
    );
  });

  it('explains the value of any field', async () => {
    const agent = (await console.ampora.client.agentByUid(fleet!.agents[0]!.uidText))!;
    await desk.open(`/agents/${agent.id}`);
    const fields: readonly [string, string][] = [
      ['configuration status', 'AgentRemoteConfigStatusReported'],
      ['host', 'AgentDescriptionReported'],
      ['connection', 'AgentConnected'],
      ['assigned configuration', 'FleetConfigurationAssigned'],
    ];
    for (const [name, type] of fields) {
      await page
        .getByRole('button', { name: `Why: ${name}` })
        .first()
        .click();
      const answer = page.getByRole('dialog', { name: `Why: ${name}` });
      await answer.getByRole('link', { name: type }).first().waitFor();
      await answer.getByText('Since', { exact: true }).waitFor();
      await page.keyboard.press('Escape');
      await answer.waitFor({ state: 'detached' });
    }
    await page.getByRole('button', { name: 'Why: configuration status' }).first().click();
    const answer = page.getByRole('dialog', { name: 'Why: configuration status' });
    const tree = answer.getByRole('list', { name: 'What caused what' });
    expect(await tree.innerText(), 'the chain reaches the decision').to.include('FleetConfigurationAssigned');
    await answer.getByRole('link', { name: 'Go to this moment' }).click();
    await page.getByRole('region', { name: 'You are looking at the past' }).waitFor();
  });

  it('explains a value from a row of the fleet', async () => {
    await desk.open('/fleet');
    const row = page.locator('[role=row][data-index="0"]');
    await row.hover();
    await row.getByRole('button', { name: 'Why: drift' }).click();
    const answer = page.getByRole('dialog', { name: 'Why: drift' });
    await answer.getByText('Since', { exact: true }).waitFor();
    expect(new URL(page.url()).pathname).to.equal('/fleet');
    await page.keyboard.press('Escape');
  });

  it('is sound: wide and narrow, light and dark, open and in groups', async () => {
    const [assigned] = await stored('type=FleetConfigurationAssigned');
    const faults: string[] = [];
    for (const path of [
      '/events?type=AgentRemoteConfigStatusReported',
      '/events?group=correlation',
      '/events?type=Nothing',
      `/events/${assigned!.position}`,
    ])
      for (const [width, colorScheme] of [
        [1440, 'light'],
        [390, 'dark'],
      ] as const) {
        await page.setViewportSize({ width, height: 844 });
        await page.emulateMedia({ colorScheme });
        await desk.open(path);
        if ((await heads().count()) > 0) await heads().first().click();
        const found = [
          ...(await findStructuralFaults(page)),
          ...(await findOverflow(page)),
          ...(await findAccessibilityFaults(page)),
        ];
        faults.push(...found.map((fault) => `${path} ${width} ${colorScheme}: ${fault}`));
      }
    expect(faults).to.deep.equal([]);
  });
});
