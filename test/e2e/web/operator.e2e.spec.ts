import { createFleet, type Fleet } from '@ampora/fleet-sim';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { waitUntil } from '../../system/wait-until.ts';
import { type ConsoleUnderTest, startConsole, type WatchedPage } from './console-under-test.ts';
import { tellOneStory } from './one-story.ts';
import { brokenConfiguration, brokenLine, soundConfiguration } from './story-configurations.ts';

const agentCount = 12;
const refusing = 2;

/** One story from an empty fleet on: each test takes up where the one before left off. */
describe('an operator at the console', function () {
  this.timeout(120_000);
  tellOneStory();
  let console: ConsoleUnderTest;
  let fleet: Fleet | undefined;
  let desk: WatchedPage;
  let page: Page;

  before(async function () {
    console = await startConsole(this);
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

  const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name });
  const inTable = () => page.locator('[role=row][data-index]');
  const query = () => new URL(page.url()).searchParams;

  it('is told how to connect the first agent', async () => {
    await desk.open('/');
    await page.getByRole('heading', { name: 'Connect the first agent' }).waitFor();
    expect(await page.locator('.connect').innerText()).to.match(/extensions:\s+opamp:/);
    await page.evaluate(() => {
      (globalThis as { neverReloaded?: boolean }).neverReloaded = true;
    });
  });

  it('sees agents appear by themselves', async () => {
    fleet = createFleet({
      endpoint: console.ampora.opampEndpoint('websocket'),
      agents: agentCount,
      characters: { healthy: agentCount - refusing - 1, 'refuses-config': refusing, observer: 1 },
      pace: 0.2,
      httpShare: 0.2,
      heartbeatMs: 2_000,
    });
    await fleet.start();
    await page.getByRole('link', { name: new RegExp(`Connected ${agentCount} `) }).waitFor();
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Fleet' }).click();
    await page
      .getByRole('status')
      .filter({ hasText: `${agentCount} agents` })
      .waitFor();
    expect(await inTable().count()).to.equal(agentCount);
    expect(await page.evaluate(() => (globalThis as { neverReloaded?: boolean }).neverReloaded)).to.equal(
      true,
    );
  });

  it('searches, narrows and sorts the fleet, and the address says so', async () => {
    await page.getByRole('searchbox', { name: /^Search agents by/ }).fill('gateway');
    await page.waitForURL(/search=gateway/);
    await page.getByRole('status').filter({ hasText: '4 agents match' }).waitFor();
    for (const name of await inTable().getByRole('link').allInnerTexts()) expect(name).to.match(/^gateway-/);

    await page.getByRole('button', { name: 'Clear all' }).click();
    await page.waitForURL((url) => url.search === '');
    const type = page
      .getByRole('group', { name: 'Type' })
      .getByRole('checkbox', { name: /^otelcol-contrib/ });
    await type.check();
    await page.waitForURL(/agentType=otelcol-contrib/);
    await page.getByRole('status').filter({ hasText: 'agents match' }).waitFor();

    await page.getByRole('columnheader', { name: 'Agent' }).getByRole('button').click();
    await page.waitForURL(/sort=-displayName/);
    await page.locator('[role=columnheader][aria-sort=descending]').waitFor();
    const names = await inTable().getByRole('link').allInnerTexts();
    expect(names).to.deep.equal(names.toSorted().reverse());

    await desk.open(page.url().slice(console.ampora.url.length));
    expect(await type.isChecked(), 'the same address shows the same list').to.equal(true);
    expect(await inTable().getByRole('link').allInnerTexts()).to.deep.equal(names);
  });

  it('walks the table with the keyboard and opens an agent', async () => {
    await desk.open('/fleet');
    await inTable().first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    const third = inTable().nth(2);
    const name = await third.getByRole('link').innerText();
    expect(await third.evaluate((row) => row === document.activeElement)).to.equal(true);
    await page.keyboard.press('Enter');
    await heading(name).waitFor();
  });

  it('finds what it needs from the keyboard alone', async () => {
    await desk.open('/');
    await page.keyboard.press('g');
    await page.keyboard.press('f');
    await heading('Fleet').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('edge-fra');
    await page.waitForURL(/search=edge-fra/);
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('keeps the theme that was chosen', async () => {
    await page.getByRole('button', { name: 'Theme: As the system' }).click();
    await page.getByRole('menuitem', { name: 'Dark' }).click();
    await desk.open('/drift');
    await page.getByRole('button', { name: 'Theme: Dark' }).waitFor();
    const background = await page
      .locator('.shell')
      .evaluate((shell) => getComputedStyle(shell).backgroundColor);
    expect(Number(/oklch\(([\d.]+)/.exec(background)?.[1])).to.be.lessThan(0.4);
  });

  it('cannot publish what does not parse, and is told the line', async () => {
    await desk.open('/configurations');
    await page.getByRole('link', { name: 'New configuration' }).first().click();
    await page.getByRole('textbox', { name: 'Name' }).fill('edge');
    await write(page, brokenConfiguration);
    const problem = page
      .locator('.problems')
      .getByRole('button', { name: new RegExp(`line ${brokenLine}:`) });
    await problem.waitFor();
    await page.getByRole('button', { name: 'Create' }).click();
    await heading('edge v1').waitFor();

    await page.getByRole('button', { name: 'Publish…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Publish edge v1' });
    await dialog.getByRole('button', { name: 'Publish v1' }).click();
    await dialog.getByRole('alert').waitFor();
    expect(await dialog.innerText()).to.include(`line ${brokenLine}:`);
    const troubles = desk.takeTroubles();
    expect(troubles.filter((text) => !/status of 4\d\d/.test(text))).to.deep.equal([]);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });

  it('mends it and publishes', async () => {
    await write(page, soundConfiguration);
    await page.getByText('No problems found').waitFor();
    expect(await gutterDrift(page), 'line numbers stand beside their lines').to.be.below(1);
    await page.getByRole('button', { name: 'Publish…' }).click();
    await page.getByRole('textbox', { name: 'Notes' }).fill('The first one');
    await page.getByRole('button', { name: 'Publish v1' }).click();
    await page.getByText('edge v1 is published.').waitFor();
    await page.getByRole('button', { name: 'Assign' }).waitFor();
    const id = /configurations\/([^/]+)/.exec(page.url())![1]!;
    const version = await fetch(`${console.ampora.url}/api/configurations/${id}/versions/1`);
    expect(await version.json()).to.include({
      body: soundConfiguration,
      status: 'Published',
      notes: 'The first one',
    });
  });

  it('assigns it to all and watches it land', async () => {
    await page.getByRole('button', { name: 'Assign' }).click();
    const dialog = page.getByRole('dialog', { name: 'Assign edge v1' });
    await dialog.getByRole('radio', { name: 'All agents' }).check();
    await dialog.getByRole('button', { name: 'Assign to all agents' }).click();
    await page.getByRole('link', { name: 'Watch it land' }).click();
    await heading('Drift').waitFor();
    const state = (name: string, count: number) =>
      page
        .getByRole('list', { name: 'Filter by cause' })
        .getByRole('link', { name: new RegExp(`^${name} ${count} `) });
    await state('In sync', agentCount - refusing - 1).waitFor();
    await state('Rejected', refusing).waitFor();
  });

  it('reads why an agent refused', async () => {
    const { name, error } = await waitUntil('a refusal', async () => {
      const { items } = (await (await fetch(`${console.ampora.url}/api/drift?state=rejected`)).json()) as {
        items: { displayName: string; errorMessage: string }[];
      };
      return items[0] && { name: items[0].displayName, error: items[0].errorMessage };
    });
    const row = page.getByRole('listitem').filter({ has: page.locator('summary').filter({ hasText: name }) });
    await row.locator('summary').click();
    await row.getByText('The agent’s reason:').waitFor();
    expect(error).not.to.equal('');
    expect(await row.innerText()).to.include(error);
    await row.getByRole('link', { name: `Open ${name}` }).click();
    await heading(name).waitFor();
    await page.getByText('The agent refused its configuration').waitFor();
  });

  it('asks why a value is what it is, and opens the event that made it so', async () => {
    await page.getByRole('button', { name: 'Why: configuration status' }).first().click();
    const answer = page.getByRole('dialog', { name: 'Why: configuration status' });
    await answer.getByRole('link', { name: 'AgentRemoteConfigStatusReported' }).first().waitFor();
    await answer.getByRole('link', { name: 'Open the event' }).click();
    await heading('AgentRemoteConfigStatusReported').waitFor();
    await page.getByRole('link', { name: 'As it is now' }).click();
  });

  it('unfolds an agent’s health', async () => {
    await desk.open('/fleet?driftState=in-sync');
    await inTable().first().getByRole('link').click();
    await page.getByRole('link', { name: 'Health', exact: true }).click();
    const tree = page.getByRole('region', { name: 'Health tree' });
    await tree.getByText('StatusOK').first().waitFor();
    expect(await tree.locator('details, .leaf').count()).to.be.greaterThan(1);
  });

  it('moves the page into the past and back', async () => {
    await page.getByRole('link', { name: 'Overview', exact: true }).last().click();
    await page.getByRole('link', { name: 'edge v1' }).waitFor();
    const slider = page.getByRole('slider', { name: 'Look at the agent as it was' });
    await slider.focus();
    await page.keyboard.press('Home');
    const past = page.getByRole('region', { name: 'You are looking at the past' });
    await past.waitFor();
    expect(Date.parse(query().get('at') ?? '')).to.be.lessThan(Date.now());
    await page.getByRole('link', { name: 'edge v1' }).waitFor({ state: 'detached' });

    await page.getByRole('link', { name: 'Configurations' }).click();
    await heading('Configurations').waitFor();
    expect(query().get('at'), 'the moment goes along').not.to.equal(null);
    expect(await page.getByRole('link', { name: 'New configuration' }).count(), 'edits are off').to.equal(0);
    await page.goBack();
    await past.waitFor();
    await page.getByRole('button', { name: 'Return to now' }).click();
    await past.waitFor({ state: 'detached' });
    expect(query().get('at')).to.equal(null);
    await page.getByRole('link', { name: 'edge v1' }).waitFor();
  });

  it('meets a colleague in the same draft, and loses nothing', async () => {
    await desk.open('/configurations');
    await page.getByRole('link', { name: /^edge/ }).click();
    await page.getByRole('button', { name: 'New draft', exact: true }).click();
    await heading('edge v2').waitFor();
    const mine = soundConfiguration.replace('timeout: 1s', 'timeout: 2s');
    const theirs = soundConfiguration.replace('timeout: 1s', 'timeout: 9s');

    const colleague = await console.newPage();
    await colleague.open(new URL(page.url()).pathname);
    await write(page, mine);
    await write(colleague.page, theirs);
    await colleague.page.getByRole('button', { name: 'Save' }).click();
    await colleague.page.getByText(/^Saved at/).waitFor();
    await page.getByText(/saved this draft meanwhile/).waitFor();

    await page.getByRole('button', { name: 'Save' }).click();
    const dialog = page.getByRole('dialog', { name: 'Someone saved before you' });
    await dialog.getByText('timeout: 9s').first().waitFor();
    await dialog.getByText('timeout: 2s').first().waitFor();
    const troubles = desk.takeTroubles();
    expect(troubles).to.have.length(1);
    expect(troubles[0]).to.include('status of 412');

    await dialog.getByRole('button', { name: 'Go on with mine' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/^Saved at/).waitFor();
    await colleague.page.getByText('timeout: 2s').waitFor();
    expect(colleague.takeTroubles()).to.deep.equal([]);
    await colleague.page.context().close();
  });

  it('reads the log, newest first, and narrows it to one kind of event', async () => {
    await desk.open('/events');
    const rows = page.locator('[data-event]');
    const positions = await rows.evaluateAll((all) =>
      all.map((row) => Number(row.getAttribute('data-event'))),
    );
    expect(positions).to.have.length.above(0);
    expect(positions).to.deep.equal(positions.toSorted((a, b) => b - a));
    await page.getByRole('button', { name: /^All \d+ types$/ }).click();
    await page.getByRole('link', { name: /^ConfigurationVersionPublished 1$/ }).click();
    await page.getByRole('link', { name: 'Type ConfigurationVersionPublished' }).waitFor();
    await rows.first().click();
    expect(await rows.count()).to.equal(1);
    await page.getByRole('link', { name: 'What caused it, what followed' }).click();
    await heading('ConfigurationVersionPublished').waitFor();
  });
});

async function write(page: Page, text: string): Promise<void> {
  const editor = page.locator('.cm-content[contenteditable=true]').first();
  await editor.fill(text);
}

/** By how many CSS pixels the last line stands apart from its number. */
function gutterDrift(page: Page): Promise<number> {
  return page.evaluate(() => {
    const bottomOf = (selector: string) =>
      [...document.querySelectorAll(selector)].at(-1)?.getBoundingClientRect().bottom ?? Number.NaN;
    return Math.abs(bottomOf('.cm-line') - bottomOf('.cm-lineNumbers .cm-gutterElement'));
  });
}
