// What is evaluated in the page is written for the page.
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { createFleet, type Fleet } from '@ampora/fleet-sim';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { waitUntil } from '../../system/wait-until.ts';
import { type ConsoleUnderTest, startConsole, type WatchedPage, reloadAlive } from './console-under-test.ts';
import { tellOneStory } from './one-story.ts';
import { findAccessibilityFaults, findOverflow, findStructuralFaults } from './page-rules.ts';
import { soundConfiguration } from './story-configurations.ts';

const agentCount = 6;

/** One story: each test takes up where the one before left off. */
describe('the time bar', function () {
  this.timeout(120_000);
  tellOneStory();
  let console: ConsoleUnderTest;
  let fleet: Fleet | undefined;
  let desk: WatchedPage;
  let page: Page;
  let configurationId: string;
  let publishedAt: number;

  before(async function () {
    console = await startConsole(this);
    const { client } = console.ampora;
    fleet = createFleet({
      endpoint: console.ampora.opampEndpoint('websocket'),
      agents: agentCount,
      characters: { healthy: agentCount },
      pace: 0.2,
    });
    await fleet.start();
    await waitUntil('all agents being known', async () => {
      const known = await Promise.all(fleet!.agents.map(({ uidText }) => client.agentByUid(uidText)));
      return known.every((agent) => agent !== undefined);
    });
    const version = await client.publish('edge', soundConfiguration);
    configurationId = version.configurationId;
    publishedAt = Date.now();
    await client.assignToAll(version);
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

  const slider = () => page.getByRole('slider', { name: 'Moment of the log to look at' });
  const past = () => page.getByRole('region', { name: 'You are looking at the past' });
  const at = () => new URL(page.url()).searchParams.get('at');
  const said = () => slider().getAttribute('aria-valuetext');
  const inPast = (is: boolean) => past().waitFor({ state: is ? 'visible' : 'detached' });

  it('is live, and draws what happened', async () => {
    await desk.open('/');
    await page.locator('.track rect.events').first().waitFor();
    expect(
      await page.locator('.track path.change').count(),
      'changes by people are marked',
    ).to.be.greaterThan(0);
    expect(await said()).to.equal('Now, live');
    expect(at()).to.equal(null);
  });

  it('keeps its place while it loads: nothing on the page moves', async () => {
    const shift = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) sum += (entry as unknown as { value: number }).value;
          }).observe({ type: 'layout-shift', buffered: true });
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
        }),
    );
    expect(shift).to.be.below(0.02);
  });

  it('follows the hand at once, and the page follows the bar', async () => {
    const box = (await slider().boundingBox())!;
    await page.mouse.move(box.x + box.width - 4, box.y + 12);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + 12, { steps: 8 });
    expect(await said(), 'before anything was fetched').not.to.equal('Now, live');
    await page.mouse.move(box.x + 2, box.y + 12, { steps: 8 });
    const heading = page.getByRole('heading', { level: 1, name: 'Overview' });
    expect(await heading.isVisible(), 'the old page stays meanwhile').to.equal(true);
    await page.mouse.up();
    await inPast(true);
    expect(Date.parse(at() ?? '')).to.be.below(publishedAt);
    await page.getByText('The past. Editing is off.').waitFor();
    await page.getByText('Nothing is assigned to all agents.').waitFor();
  });

  it('stays there along links, through a reload, and back and forward', async () => {
    const moment = at();
    await page
      .getByRole('navigation', { name: 'Main' })
      .getByRole('link', { name: 'Configurations' })
      .click();
    await page.getByRole('heading', { level: 1, name: 'Configurations' }).waitFor();
    expect(at()).to.equal(moment);
    await reloadAlive(page);
    await inPast(true);
    expect(at()).to.equal(moment);
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    expect(at()).to.equal(moment);
    await page.goBack();
    await inPast(false);
    expect(at(), 'one movement of the hand is one step back').to.equal(null);
    await page.goForward();
    await inPast(true);
    expect(at()).to.equal(moment);
  });

  it('has no edit on any page that could be pressed', async () => {
    const { items } = (await (
      await fetch(`${console.ampora.url}/api/events?type=FleetConfigurationAssigned`)
    ).json()) as { items: { position: string }[] };
    const moment = items[0]!.position;
    const off: readonly [string, readonly string[]][] = [
      [`/configurations`, ['New configuration']],
      [`/configurations/new`, ['Create']],
      [
        `/configurations/${configurationId}`,
        ['New draft', 'Assign', 'Take back', 'Delete this configuration'],
      ],
      [`/configurations/${configurationId}/versions/1`, ['New draft with this text', 'Assign']],
      ['/settings/lint-rules', ['New rule', 'Switch off']],
      ['/projections', ['Rebuild…']],
      ['/audit', ['Sweep now…']],
      ['/audit/proof', ['Seal now', 'Rotate…']],
    ];
    for (const [path, names] of off) {
      await desk.open(`${path}?at=${moment}`);
      for (const summary of await page.locator('main details > summary').all()) await summary.click();
      for (const name of names) {
        const button = page.locator('main').getByRole('button', { name, exact: true }).first();
        expect(await button.getAttribute('aria-disabled'), `${name} at ${path}`).to.equal('true');
        expect(await button.getAttribute('title'), `${name} at ${path}`).to.include('this is the past');
        await button.click({ force: true });
      }
      expect(await page.getByRole('dialog').count(), path).to.equal(0);
      expect(new URL(page.url()).pathname).to.equal(path);
    }
  });

  it('lets a dialog that stood open do nothing there', async () => {
    await desk.open(`/projections?at=${new Date(publishedAt).toISOString()}`);
    await page.getByRole('link', { name: 'Return to live' }).click();
    await inPast(false);
    await page.locator('main').getByRole('button', { name: 'Rebuild…' }).first().click();
    const confirm = page.getByRole('dialog').getByRole('button', { name: 'Rebuild', exact: true });
    await confirm.waitFor();
    expect(await confirm.getAttribute('aria-disabled')).to.equal(null);
    await page.goBack();
    await inPast(true);
    expect(await confirm.getAttribute('aria-disabled')).to.equal('true');
    await confirm.click({ force: true });
    const { items } = (await (await fetch(`${console.ampora.url}/api/projections`)).json()) as {
      items: { slot: string }[];
    };
    expect(items.filter(({ slot }) => slot === 'rebuild')).to.deep.equal([]);
  });

  it('says when an agent enrolled to whoever looks too early, and leads there', async () => {
    const { id, displayName } = (await console.ampora.client.agentByUid(fleet!.agents[0]!.uidText))!;
    await desk.open(`/agents/${id}?at=1`);
    await page.getByRole('heading', { level: 1, name: displayName }).waitFor();
    await page.getByRole('heading', { level: 2, name: 'Not enrolled yet at this moment' }).waitFor();
    await inPast(true);
    await page.getByRole('link', { name: 'Go there' }).click();
    await page.getByRole('img', { name: /^The agent's life/ }).waitFor();
    await inPast(true);
    expect(Number(at())).to.be.greaterThan(1);
  });

  it('does not change while time goes on', async () => {
    await desk.open(`/?at=${new Date(publishedAt).toISOString()}`);
    const text = () => page.locator('.tiles').innerText();
    const before = await text();
    await fleet!.agents[0]!.stop();
    await waitUntil('the agent being gone', async () => {
      const row = await console.ampora.client.agentByUid(fleet!.agents[0]!.uidText);
      return row?.connected === false;
    });
    expect(await text()).to.equal(before);
    await page.getByRole('link', { name: 'Return to live' }).click();
    await inPast(false);
    await page.getByRole('link', { name: new RegExp(`Connected ${agentCount - 1} `) }).waitFor();
  });

  it('is moved by keys, and says where it is', async () => {
    await slider().focus();
    await page.keyboard.press('Home');
    await inPast(true);
    const first = Date.parse(at()!);
    expect(await said()).not.to.equal('Now, live');
    await page.keyboard.press('PageUp');
    await page.waitForFunction(
      (before) => Date.parse(new URL(location.href).searchParams.get('at') ?? '') > before,
      first,
    );
    const later = Date.parse(at()!);
    await page.keyboard.press('ArrowLeft');
    await page.waitForFunction(
      (before) => Date.parse(new URL(location.href).searchParams.get('at') ?? '') < before,
      later,
    );
    expect(Date.parse(at()!)).to.be.above(first);
    expect(await slider().evaluate((node) => node === document.activeElement), 'the focus stays').to.equal(
      true,
    );
    await page.keyboard.press('End');
    await inPast(false);
  });

  it('steps from event to event, and from change to change', async () => {
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.keyboard.press('[');
    await inPast(true);
    const last = BigInt(at()!);
    await page.keyboard.press('[');
    await page.waitForFunction(
      (before) => new URL(location.href).searchParams.get('at') !== before,
      String(last),
    );
    expect(BigInt(at()!) < last).to.equal(true);
    await page.getByRole('button', { name: 'To the change before' }).click();
    const typeAt = async () =>
      ((await (await fetch(`${console.ampora.url}/api/events/${at()}`)).json()) as { type: string }).type;
    await waitUntil('the assignment', async () => (await typeAt()) === 'FleetConfigurationAssigned');
    await page.getByRole('button', { name: 'To the change before' }).click();
    await waitUntil('the version', async () => (await typeAt()) === 'ConfigurationVersionPublished');
    await page.getByRole('button', { name: 'To the change after' }).click();
    await waitUntil('the assignment again', async () => (await typeAt()) === 'FleetConfigurationAssigned');
    await page.getByRole('button', { name: 'To the change after' }).click();
    await inPast(false);
  });

  it('goes to a moment that is typed', async () => {
    await page.getByRole('region', { name: 'Time' }).getByRole('button', { name: /^Live/ }).click();
    const entry = page.getByRole('dialog', { name: 'Go to a moment' });
    const field = entry.getByRole('textbox', { name: 'Go to a moment' });
    await field.fill('tomorrow');
    await entry.getByText('Not a moment.').waitFor();
    expect(await entry.getByRole('button', { name: 'Go there' }).isDisabled()).to.equal(true);
    await field.fill('5');
    await page.keyboard.press('Enter');
    await inPast(true);
    expect(at()).to.equal('5');
  });

  it('draws less of the log, or more', async () => {
    for (const name of ['The last hour', 'The last week', 'The whole log', 'The last day']) {
      await page.getByRole('button', { name }).click();
      expect(await page.getByRole('button', { name }).getAttribute('aria-pressed')).to.equal('true');
    }
    // No view is shorter than five seconds: of a log that has few more, nothing closer can be seen.
    await waitUntil('a log of half a minute', () => Date.now() - publishedAt > 30_000, {
      everyMs: 250,
      timeoutMs: 60_000,
    });
    const box = (await slider().boundingBox())!;
    const ticks = () => page.locator('.track .tick').allInnerTexts();
    const before = await ticks();
    await page.mouse.move(box.x + box.width / 2, box.y + 12);
    // Turned until it bites: what was asked for before may still be on its way.
    await waitUntil('a closer look', async () => {
      await page.mouse.wheel(0, -600);
      return String(await ticks()) !== String(before);
    });
    await page.mouse.move(0, 400);
  });

  it('is a small control on a telephone, that opens', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await slider().isVisible()).to.equal(false);
    await page.getByText('The past. Editing is off.').waitFor();
    await page.getByRole('button', { name: 'Show the time line' }).click();
    await slider().waitFor();
    const box = (await slider().boundingBox())!;
    await page.mouse.click(box.x + box.width / 3, box.y + 12);
    await page.waitForFunction(() => new URL(location.href).searchParams.get('at') !== '5');
    await page.getByRole('link', { name: 'Return to live' }).click();
    await inPast(false);
  });

  for (const [state, path] of [
    ['live', '/'],
    ['in the past', '/?at=5'],
  ] as const)
    it(`is sound ${state}: wide and narrow, light and dark`, async () => {
      const faults: string[] = [];
      for (const [width, colorScheme] of [
        [1440, 'light'],
        [1440, 'dark'],
        [390, 'dark'],
        [390, 'light'],
      ] as const) {
        await page.setViewportSize({ width, height: 844 });
        await page.emulateMedia({ colorScheme });
        await desk.open(path);
        if (width === 390) await page.getByRole('button', { name: 'Show the time line' }).click();
        await page.locator('.track rect.events').first().waitFor();
        const found = [
          ...(await findStructuralFaults(page)),
          ...(await findOverflow(page)),
          ...(await findAccessibilityFaults(page)),
        ];
        faults.push(...found.map((fault) => `${width} ${colorScheme}: ${fault}`));
      }
      expect(faults).to.deep.equal([]);
    });
});
