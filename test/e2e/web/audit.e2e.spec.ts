import { readFile } from 'node:fs/promises';
import { createFleet, type Fleet } from '@ampora/fleet-sim';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { waitUntil } from '../../system/wait-until.ts';
import { type ConsoleUnderTest, startConsole, type WatchedPage } from './console-under-test.ts';
import { tellOneStory } from './one-story.ts';
import { expectSound } from './sound-page.ts';
import { soundConfiguration } from './story-configurations.ts';

/** One story over the audit log of a small fleet: each test takes up where the one before left off. */
describe('an auditor at the console', function () {
  this.timeout(240_000);
  tellOneStory();
  let console: ConsoleUnderTest;
  let fleet: Fleet | undefined;
  let desk: WatchedPage;
  let page: Page;

  before(async function () {
    console = await startConsole(this);
    const { client } = console.ampora;
    fleet = createFleet({ endpoint: console.ampora.opampEndpoint('websocket'), agents: 4, pace: 0.2 });
    await fleet.start();
    const first = await client.publish('edge', soundConfiguration);
    await client.publishNext(
      first.configurationId,
      soundConfiguration.replace('verbosity: basic', 'verbosity: detailed'),
    );
    await client.assignToAll(first);
    await client.caughtUp();
    desk = await console.newPage({ acceptDownloads: true });
    page = desk.page;
  });
  after(async () => {
    await fleet?.stop();
    await console?.close();
  });

  const rows = () =>
    page.locator('tbody tr:not(.detail)').filter({ has: page.locator('button[aria-expanded]') });
  const chip = (group: string, name: RegExp) =>
    page.getByRole('group', { name: group, exact: true }).getByRole('button', { name });
  const query = () => new URL(page.url()).searchParams;
  const here = () => page.url().slice(console.ampora.url.length);

  it('narrows the log, and the address keeps it over a reload', async () => {
    await desk.open('/audit');
    await rows().first().waitFor();
    await expectSound(desk, 'the audit log');
    await chip('Entity', /^Configuration /).click();
    await page.waitForURL(/entityType=Configuration/);
    await chip('Action', /^Published /).click();
    await page.waitForURL(/action=Published/);
    await page.getByRole('searchbox', { name: 'Text' }).fill('edge');
    await page.waitForURL(/text=edge/);
    await page.getByLabel('From', { exact: true }).fill('2020-01-01T00:00');
    await page.waitForURL(/since=/);
    await waitUntil('the two versions being left', async () => (await rows().count()) === 2);
    const seen = await rows().allInnerTexts();

    await desk.open(here());
    expect(await rows().allInnerTexts()).to.have.length(seen.length);
    expect(await page.getByRole('searchbox', { name: 'Text' }).inputValue()).to.equal('edge');
    expect(await chip('Action', /^Published /).getAttribute('aria-pressed')).to.equal('true');
    expect(await page.getByLabel('From', { exact: true }).inputValue()).to.match(/^20(?:19|20)-/);
    expect(Date.parse(query().get('since') ?? '')).to.be.greaterThan(0);
  });

  it('opens an entry: before and after, what it was about, what came with it', async () => {
    await rows().first().getByRole('button').click();
    const change = page.getByRole('group', { name: 'Before and after' });
    await change.waitFor();
    expect(await change.locator('.marked').count(), 'what changed is marked').to.be.greaterThan(0);
    await page.getByRole('link', { name: 'ConfigurationVersionPublished' }).waitFor();
    await page.getByRole('link', { name: 'Configuration at this moment' }).waitFor();
    await page.getByRole('heading', { name: 'With it' }).waitFor();
    await page.getByRole('status').filter({ hasText: 'Loading related' }).waitFor({ state: 'detached' });
    await expectSound(desk, 'an open entry');
    await rows().first().getByRole('link', { name: 'edge' }).click();
    await page.getByRole('heading', { level: 1, name: 'edge' }).waitFor();
    await page.goBack();
    await rows().first().waitFor();
  });

  it('is told when nothing fits, and clears the filters', async () => {
    await page.getByRole('searchbox', { name: 'Text' }).fill('nothing-is-called-so');
    await page.getByText('Nothing fits').waitFor();
    await page.getByRole('button', { name: 'Clear all', exact: true }).click();
    await page.waitForURL((url) => url.search === '');
    await rows().nth(2).waitFor();
  });

  it('looks into the archive, and the log says so', async () => {
    await page.getByRole('checkbox', { name: /^Include archive/ }).check();
    await page.getByText('The archive is included').waitFor();
    expect(query().get('includeArchive')).to.equal('true');
    const looks = async () =>
      (await console.ampora.client.allEvents()).filter(({ type }) => type === 'AuditArchiveRead').length;
    const before = await waitUntil('the look being in the log', looks);
    await page.getByRole('checkbox', { name: /^Include archive/ }).uncheck();
    await page.getByText('The archive is included').waitFor({ state: 'detached' });
    await rows()
      .filter({ hasText: /AuditLog/ })
      .first()
      .waitFor();
    expect(await looks(), 'one look is one entry').to.equal(before);
    expect(before).to.equal(1);
  });

  it('sees what is kept for how long, and sweeps', async () => {
    await page.locator('summary').filter({ hasText: 'Retention' }).click();
    await page.getByText('for 90 days').waitFor();
    await page.getByText('until 2,555 days (7 years) old').waitFor();
    await expectSound(desk, 'retention');
    await page.getByRole('button', { name: 'Sweep now…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Sweep', exact: true }).click();
    await page.getByText('Nothing was old enough.').waitFor();
  });

  it('exports what the page shows, with proofs', async () => {
    await chip('Entity', /^Configuration /).click();
    await page.waitForURL(/entityType=Configuration/);
    await page.getByRole('button', { name: 'Export…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Export events' });
    expect(await dialog.locator('code').innerText()).to.include('--entity-type Configuration');
    await expectSound(desk, 'the export dialog');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('link', { name: 'Download' }).click(),
    ]);
    expect(download.suggestedFilename()).to.match(/\.jsonl$/);
    const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\n');
    const parsed = lines.map((line) => JSON.parse(line) as { ampora?: string; type?: string });
    expect(parsed[0]?.ampora).to.equal('export');
    expect(parsed.at(-1)?.ampora).to.equal('end');
    const types = parsed.flatMap(({ ampora, type }) => (ampora === undefined ? [type] : []));
    expect(types).to.include('ConfigurationVersionPublished');
    expect(types.filter((type) => !type?.startsWith('Configuration'))).to.deep.equal([]);
  });

  it('seals the log, and proves an event in the browser', async () => {
    await desk.open('/audit/proof');
    await page.getByRole('button', { name: 'Seal now' }).click();
    await page
      .getByRole('status')
      .filter({ hasText: /are sealed|stands for everything/ })
      .waitFor();
    await page.getByRole('link', { name: 'Try the last sealed one' }).click();
    await page.getByText('Verified in this browser').waitFor();
    expect(
      await page.getByRole('listitem').filter({ hasText: 'The checkpoint is signed with key' }).count(),
    ).to.equal(1);
    await expectSound(desk, 'a proof');
  });

  it('is not fooled by an event that was altered on the way', async () => {
    await page.route('**/api/events/3/proof', async (route) => {
      const answer = await route.fetch();
      const proof = (await answer.json()) as { line: string };
      await route.fulfill({
        response: answer,
        json: { ...proof, line: proof.line.replace('"time":"2', '"time":"1') },
      });
    });
    await page.getByRole('textbox', { name: 'Position of the event' }).fill('3');
    await page.getByRole('button', { name: 'Prove it' }).click();
    await page.getByText('This does not hold').waitFor();
    await page.unroute('**/api/events/3/proof');
  });

  it('checks that the history was not rewritten, over a rotation of the key', async () => {
    await page.getByRole('button', { name: 'Rotate…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate', exact: true }).click();
    await page.getByText('A new key signs from now on.').waitFor();
    await page.getByText('Retired', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Seal now' }).click();
    await page.getByRole('status').filter({ hasText: 'are sealed' }).last().waitFor();
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page
      .getByRole('listitem')
      .filter({ hasText: 'The newer tree begins with the older one, leaf for leaf' })
      .waitFor();
    await page.getByText('Verified in this browser').first().waitFor();
    await expectSound(desk, 'a consistency check');
  });

  it('names somebody who has signed in, and forgets them when the word is typed', async () => {
    const [welcome] = /\/welcome\?token=\S+/.exec(console.ampora.lastOutput()) ?? [];
    await fetch(`${console.ampora.url}${welcome!}`, { redirect: 'manual' });
    await desk.open('/audit');
    await page.locator('summary', { hasText: 'People' }).click();
    await page.getByRole('button', { name: 'Name…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill('Grete Hermann');
    await dialog.getByRole('button', { name: 'Keep the name' }).click();
    const person = page.getByRole('listitem').filter({ hasText: 'Grete Hermann' });
    await person.waitFor();

    await person.getByRole('button', { name: 'Forget…' }).click();
    const forget = dialog.getByRole('button', { name: 'Forget for good' });
    expect(await forget.isDisabled()).to.equal(true);
    await dialog.getByLabel(/^Type/).fill('forge');
    expect(await forget.isDisabled()).to.equal(true);
    await expectSound(desk, 'the dialog that forgets');
    await dialog.getByLabel(/^Type/).fill('forget');
    await forget.click();
    await dialog.waitFor({ state: 'detached' });
    await page.locator('.people li', { hasText: 'Forgotten' }).waitFor();
    expect(await page.getByText('Grete Hermann').count()).to.equal(0);
    const { items } = (await (await fetch(`${console.ampora.url}/api/people`)).json()) as {
      items: { name: string | null; forgottenAt: string | null }[];
    };
    expect(items.map(({ name }) => name)).to.deep.equal([null]);
    await expectSound(desk, 'people');
  });
});
