import type { AgentRow } from '@ampora/api-contract';
import { createFleet, type Fleet } from '@ampora/fleet-sim';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { waitUntil } from '../../system/wait-until.ts';
import { type ConsoleUnderTest, startConsole, type WatchedPage } from './console-under-test.ts';
import { tellOneStory } from './one-story.ts';
import { expectSound } from './sound-page.ts';
import { soundConfiguration } from './story-configurations.ts';

const agentCount = 12;
const failing = 3;

/** A version assigned to all makes three of twelve agents ill; each test takes up where the one before left off. */
describe('somebody who asks what made an agent unhealthy', function () {
  this.timeout(240_000);
  tellOneStory();
  let console: ConsoleUnderTest;
  let fleet: Fleet | undefined;
  let desk: WatchedPage;
  let page: Page;
  let ill: AgentRow;
  /** Of the log, when all were well. */
  let wellUntil: string;
  let well: AgentRow;

  before(async function () {
    console = await startConsole(this);
    const { client } = console.ampora;
    fleet = createFleet({
      endpoint: console.ampora.opampEndpoint('websocket'),
      agents: agentCount,
      characters: { healthy: agentCount - failing - 1, 'refuses-config': failing, observer: 1 },
      pace: 0.2,
    });
    await fleet.start();
    const rows = async () => Promise.all(fleet!.agents.map(({ uidText }) => client.agentByUid(uidText)));
    await waitUntil('all agents being healthy', async () =>
      (await rows()).every((row) => row?.healthy === true),
    );
    const version = await client.publish('edge', soundConfiguration);
    wellUntil = (await client.allEvents()).at(-1)!.position;
    await client.assignToAll(version);
    ill = await waitUntil('an agent having fallen ill', async () =>
      (await rows()).find((row) => row?.healthy === false),
    );
    // Agents that restart for a new configuration are unhealthy for a moment; one that only watches never is.
    well = await waitUntil('an agent that was never ill', async () => {
      for (const row of await rows()) {
        const answer = await fetch(`${console.ampora.url}/api/agents/${row!.id}/bisect`);
        const { code } = (await answer.json()) as { code?: string };
        if (code === 'bisect/never-unhealthy') return row;
      }
      return undefined;
    });
    desk = await console.newPage();
    page = desk.page;
  });
  after(async () => {
    await fleet?.stop();
    await console?.close();
  });

  const suspects = () => page.getByRole('region', { name: 'Suspects' }).getByRole('listitem');
  const query = () => new URL(page.url()).searchParams;

  it('asks from the agent’s page', async () => {
    // It may be well again by now: the question stands beside its health at any time.
    await desk.open(`/agents/${ill.id}?tab=health`);
    await page
      .getByRole('region', { name: 'Health tree' })
      .getByRole('link', { name: /^What made it unhealthy/ })
      .click();
    await page.getByRole('heading', { level: 1, name: 'What made it unhealthy?' }).waitFor();
    await suspects().first().waitFor();
    expect(desk.takeTroubles()).to.deep.equal([]);
  });

  it('is told the change between two moments', async () => {
    await desk.open(`/agents/${ill.id}/bisect?good=${wellUntil}&bad=${ill.statePosition}`);
    const first = suspects().first();
    await first.getByText('edge@1 assigned to all agents').waitFor();
    expect(await first.getByRole('link', { name: 'FleetConfigurationAssigned' }).count()).to.equal(1);
    expect(await first.getByRole('link', { name: 'edge@1' }).getAttribute('href')).to.match(
      /^\/configurations\/.+\/versions\/1$/,
    );
    const touched = first.getByRole('img', { name: /^It touched .+ of the agents that fell ill$/ });
    expect(await touched.count()).to.equal(1);
    await expectSound(desk, 'the suspects');
  });

  it('chooses another moment by hand, and the address keeps it', async () => {
    const good = page.getByRole('slider', { name: 'Good moment' });
    await good.focus();
    await page.keyboard.press('ArrowLeft');
    await page.waitForURL(/[?&]good=20.+&bad=20/);
    const chosen = query().get('good');
    await suspects().first().waitFor();
    await desk.open(`${new URL(page.url()).pathname}${new URL(page.url()).search}`);
    expect(query().get('good'), 'the same address asks the same').to.equal(chosen);
    await suspects().first().waitFor();
    await page.getByRole('link', { name: 'Use the suggestion' }).first().click();
    await page.waitForURL((url) => url.search === '');
    await suspects().first().waitFor();
    expect(desk.takeTroubles()).to.deep.equal([]);
  });

  it('is told when a moment cannot be the bad one, and can still choose', async () => {
    const { at } = await firstMomentOf(console, ill.id);
    await desk.open(`/agents/${ill.id}/bisect?good=${at}&bad=${at}`);
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('slider').count()).to.be.greaterThan(1);
    await expectSound(desk, 'moments that do not fit');
  });

  it('looks at the fleet just before the change', async () => {
    await desk.open(`/agents/${ill.id}/bisect?good=${wellUntil}&bad=${ill.statePosition}`);
    await suspects().first().getByRole('link', { name: 'Fleet just before' }).click();
    await page.getByRole('heading', { level: 1, name: 'Fleet' }).waitFor();
    expect(query().get('at')).to.match(/^\d+$/);
    expect(desk.takeTroubles()).to.deep.equal([]);
  });

  it('is told that an agent has never fallen ill', async () => {
    await desk.open(`/agents/${well.id}/bisect`);
    await page.getByText('It has never fallen ill').waitFor();
    await expectSound(desk, 'an agent that is well');
  });
});

async function firstMomentOf({ ampora }: ConsoleUnderTest, agentId: string): Promise<{ at: string }> {
  const [enrolled] = await ampora.client.agentEvents(agentId);
  return { at: enrolled!.recordedAt };
}
