import type { ProjectionRow } from '@ampora/api-contract';
import { createFleet, type Fleet } from '@ampora/fleet-sim';
import { expect } from 'chai';
import pg from 'pg';
import type { Page } from 'playwright-core';
import { waitUntil } from '../../system/wait-until.ts';
import { type ConsoleUnderTest, startConsole, type WatchedPage } from './console-under-test.ts';
import { tellOneStory } from './one-story.ts';
import { expectSound } from './sound-page.ts';
import { soundConfiguration } from './story-configurations.ts';

/** One story, from a healthy server over a rebuild to a read model that stops: each test takes up where the one before left off. */
describe('an SRE at the projections', function () {
  this.timeout(240_000);
  tellOneStory();
  let console: ConsoleUnderTest;
  let fleet: Fleet | undefined;
  let desk: WatchedPage;
  let page: Page;

  before(async function () {
    console = await startConsole(this);
    const { client } = console.ampora;
    fleet = createFleet({ endpoint: console.ampora.opampEndpoint('websocket'), agents: 8, pace: 0.2 });
    await fleet.start();
    await client.assignToAll(await client.publish('edge', soundConfiguration));
    await client.caughtUp();
    desk = await console.newPage();
    page = desk.page;
  });
  after(async () => {
    await fleet?.stop();
    await console?.close();
  });

  const model = (name: string) => page.getByRole('region', { name, exact: true });
  const lane = (name: string, part: RegExp) => model(name).getByRole('group', { name: part });
  const rows = async (): Promise<ProjectionRow[]> => {
    const answer = await fetch(`${console.ampora.url}/api/projections`);
    return ((await answer.json()) as { items: ProjectionRow[] }).items;
  };

  /** What an operator's mishap would do to the tables. */
  const inDatabase = async (statement: string) => {
    const database = new pg.Client({ connectionString: await console.ampora.databaseUrl() });
    await database.connect();
    try {
      await database.query(statement);
    } finally {
      await database.end();
    }
  };

  it('sees every read model, where it stands and how far the log is', async () => {
    await desk.open('/');
    await page.keyboard.press('g');
    await page.keyboard.press('p');
    await page.getByRole('heading', { level: 1, name: 'Projections' }).waitFor();
    for (const { name, version } of await rows()) {
      await lane(name, new RegExp(`^Answers reads: version ${version}$`))
        .getByText('Serving')
        .waitFor();
    }
    await page.getByText('All of them keep up.').waitFor();
    await expectSound(desk, 'all keep up');
  });

  it('rebuilds one beside the serving one, and holds before the switch', async () => {
    await model('fleet').getByRole('button', { name: 'Rebuild…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Rebuild fleet' });
    expect(await dialog.getByRole('checkbox', { name: /^Hold before the switch/ }).isChecked()).to.equal(
      true,
    );
    await dialog.getByRole('slider', { name: /^Share of the machine/ }).fill('60');
    await dialog.getByRole('button', { name: 'Rebuild', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await lane('fleet', /^Grows beside it/)
      .getByText('Ready, held')
      .waitFor();
    await lane('fleet', /^Answers reads/)
      .getByText('Serving')
      .waitFor();
    const grown = (await rows()).find(({ slot }) => slot === 'rebuild');
    expect(grown).to.include({ name: 'fleet', held: true, share: 0.6 });
  });

  it('compares the two, and reads that they are the same', async () => {
    await lane('fleet', /^Grows beside it/)
      .getByRole('button', { name: 'Compare' })
      .click();
    const outcome = model('fleet').getByRole('region', { name: /^Comparison of/ });
    await outcome.getByText('hold the same rows').waitFor();
    expect(await outcome.locator('tbody tr').count()).to.be.greaterThan(2);
    await expectSound(desk, 'a comparison');
  });

  it('switches on command', async () => {
    await lane('fleet', /^Grows beside it/)
      .getByRole('button', { name: 'Switch…' })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Switch', exact: true }).click();
    await lane('fleet', /^Grows beside it/).waitFor({ state: 'detached' });
    await lane('fleet', /^Answers reads/)
      .getByText('Serving')
      .waitFor();
    expect((await rows()).some(({ slot }) => slot === 'rebuild')).to.equal(false);
  });

  it('gives a rebuild up', async () => {
    await model('configurations').getByRole('button', { name: 'Rebuild…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Rebuild', exact: true }).click();
    await lane('configurations', /^Grows beside it/)
      .getByRole('button', { name: 'Cancel…' })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).last().click();
    await lane('configurations', /^Grows beside it/).waitFor({ state: 'detached' });
    expect(desk.takeTroubles()).to.deep.equal([]);
  });

  it('finds the event that one cannot take, and retries after the remedy', async () => {
    const trap = 'a-name-that-nobody-expected';
    const table = tableOf(await rows(), 'configurations', /^configuration_v/);
    await inDatabase(`alter table read."${table}" add constraint no_trap check (name <> '${trap}')`);
    await console.ampora.client.publish(trap, soundConfiguration);
    const stopped = model('configurations').getByRole('alert');
    await stopped.getByText(/stopped at an event that it cannot take/).waitFor();
    const { failure } = (await rows()).find(({ name }) => name === 'configurations')!;
    expect(failure).to.include({ category: 'poison', type: 'ConfigurationCreated' });
    const poison = stopped.getByRole('link', { name: /^ConfigurationCreated at / });
    expect(await poison.getAttribute('href')).to.equal(`/events/${failure!.position!}`);
    expect(await stopped.getByRole('link', { name: failure!.stream! }).count()).to.equal(1);
    await lane('fleet', /^Answers reads/)
      .getByText('Serving')
      .waitFor();
    await expectSound(desk, 'one stopped at an event');

    await inDatabase(`alter table read."${table}" drop constraint no_trap`);
    await model('configurations').getByRole('button', { name: 'Retry' }).click();
    await stopped.waitFor({ state: 'detached' });
    await lane('configurations', /^Answers reads/)
      .getByText('Serving')
      .waitFor();
    await waitUntil('what it stopped at being listed', async () => {
      const answer = await fetch(`${console.ampora.url}/api/configurations?search=${trap}`);
      return ((await answer.json()) as { items: unknown[] }).items.length === 1;
    });
  });

  it('is told what to do when its tables were dropped, while the others go on, and mends it', async () => {
    const table = tableOf(await rows(), 'assignments', /^assignment_v/);
    await inDatabase(`drop table read."${table}" cascade`);
    const { client } = console.ampora;
    await client.assignToAll(await client.publish('edge-two', soundConfiguration));
    const stopped = model('assignments').getByRole('alert');
    await stopped.getByText('What to do').waitFor();
    await page.getByText('1 build stopped.').waitFor();
    await lane('fleet', /^Answers reads/)
      .getByText('Serving')
      .waitFor();
    await expectSound(desk, 'one stopped');

    await model('assignments').getByRole('button', { name: 'Rebuild…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Rebuild assignments' });
    await dialog.getByRole('checkbox', { name: /^Hold before the switch/ }).uncheck();
    await dialog.getByRole('button', { name: 'Rebuild', exact: true }).click();
    await lane('assignments', /^Answers reads/)
      .getByText('Serving')
      .waitFor();
    await stopped.waitFor({ state: 'detached' });
    await waitUntil('all of them keeping up', async () =>
      (await rows()).every(({ state }) => state === 'serving'),
    );
  });
});

function tableOf(rows: readonly ProjectionRow[], model: string, pattern: RegExp): string {
  const serving = rows.find(({ name, state }) => name === model && state === 'serving');
  return serving!.tables.find(({ name }) => pattern.test(name))!.name;
}
