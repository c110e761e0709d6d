import { createFleet, type Fleet } from '@ampora/fleet-sim';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { waitUntil } from '../../system/wait-until.ts';
import { type ConsoleUnderTest, startConsole, type WatchedPage } from './console-under-test.ts';

const agentCount = 10_000;
/** More rows than this in the document would mean that the table holds what nobody sees. */
const mostRows = 60;

describe('the console with 10,000 agents', function () {
  this.timeout(300_000);
  let console: ConsoleUnderTest;
  let fleet: Fleet | undefined;
  let desk: WatchedPage;
  let page: Page;

  before(async function () {
    console = await startConsole(this);
    fleet = createFleet({
      endpoint: console.ampora.opampEndpoint('websocket'),
      agents: agentCount,
      connectRate: 1_000,
      heartbeatMs: 300_000,
    });
    await fleet.start();
    await waitUntil(
      'all agents being in the fleet',
      async () => {
        const answer = await fetch(`${console.ampora.url}/api/overview`, {
          signal: AbortSignal.timeout(10_000),
        });
        const { agents, connected } = (await answer.json()) as { agents: number; connected: number };
        return agents === agentCount && connected === agentCount;
      },
      { timeoutMs: 240_000, everyMs: 500, context: () => console.ampora.lastOutput() },
    );
    desk = await console.newPage();
    page = desk.page;
  });
  afterEach(() => {
    expect(desk?.takeTroubles() ?? []).to.deep.equal([]);
  });
  after(async () => {
    await fleet?.stop();
    await console?.close();
  });

  const rows = () => page.locator('[role=row][data-index]');
  const rowAt = (index: number) => page.locator(`[role=row][data-index="${index}"]`).getByRole('link');

  it('counts all of them and holds a screenful', async () => {
    await desk.open('/fleet');
    await page.getByRole('status').filter({ hasText: '10,000 agents' }).waitFor();
    expect(await rows().count()).to.be.within(10, mostRows);
    expect(await page.getByRole('grid').getAttribute('aria-rowcount')).to.equal(String(agentCount + 1));
  });

  it('scrolls to the end and back', async () => {
    const scroller = page.locator('.scroller');
    await scroller.evaluate((node) => {
      node.scrollTop = node.scrollHeight;
    });
    await rowAt(agentCount - 1).waitFor();
    expect(await rows().count()).to.be.within(10, mostRows);
    const last = await rowAt(agentCount - 1).innerText();
    await scroller.evaluate((node) => {
      node.scrollTop = 0;
    });
    await rowAt(0).waitFor();
    expect((await rowAt(0).innerText()) < last).to.equal(true);
    expect(await rows().count()).to.be.within(10, mostRows);
  });

  it('jumps to the last row and back with the keyboard', async () => {
    await rows().first().focus();
    await page.keyboard.press('End');
    await rowAt(agentCount - 1).waitFor();
    await page.waitForFunction(
      (index) => document.activeElement?.getAttribute('data-index') === index,
      String(agentCount - 1),
    );
    await page.keyboard.press('Home');
    await rowAt(0).waitFor();
  });

  it('finds one among them', async () => {
    const { identity } = fleet!.agents[7_654]!;
    await page.getByRole('searchbox', { name: /^Search agents by/ }).fill(identity.hostName);
    await page.getByRole('status').filter({ hasText: '1 agent match' }).waitFor();
    expect(await rowAt(0).innerText()).to.equal(identity.hostName);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Clear all' }).click();
    await page.getByRole('status').filter({ hasText: '10,000 agents' }).waitFor();
  });

  it('shows changes among what is in view, and only a screenful of them', async () => {
    const first = await rowAt(0).innerText();
    const agent = fleet!.agents.find(({ identity }) => identity.hostName === first)!;
    await agent.stop();
    await page.locator('[role=row][data-index="0"]').getByText('Disconnected').waitFor();
    expect(await rows().count()).to.be.within(10, mostRows);
  });

  it('narrows to a telephone without holding more', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await rowAt(0).waitFor();
    expect(await rows().count()).to.be.within(5, mostRows);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).to.be.at.most(390);
  });
});
