import { createFleet, type Fleet } from '@ampora/fleet-sim';
import { expect } from 'chai';
import type { Locator, Page } from 'playwright-core';
import { waitUntil } from '../../system/wait-until.ts';
import { type ConsoleUnderTest, startConsole, type WatchedPage } from './console-under-test.ts';
import { tellOneStory } from './one-story.ts';
import { expectSound } from './sound-page.ts';
import { soundConfiguration } from './story-configurations.ts';

const agentCount = 4;
/** The exporter that the pipeline names is not the one that is defined, on the last line. */
const faultyConfiguration = soundConfiguration.replace('exporters: [debug]', 'exporters: [debgu]');
const faultyLine = soundConfiguration.trimEnd().split('\n').length;

/** One story: each test takes up where the one before left off. */
describe('an author at the console', function () {
  this.timeout(120_000);
  tellOneStory();
  let console: ConsoleUnderTest;
  let fleet: Fleet | undefined;
  let desk: WatchedPage;
  let page: Page;
  let home = '';

  before(async function () {
    console = await startConsole(this);
    fleet = createFleet({
      endpoint: console.ampora.opampEndpoint('websocket'),
      agents: agentCount,
      characters: { healthy: agentCount },
      pace: 0.2,
    });
    await fleet.start();
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
  const dialog = (name: string | RegExp) => page.getByRole('dialog', { name });
  const problems = () => page.getByRole('region', { name: 'Problems' });
  const stored = async (version: number) => {
    const answer = await fetch(`${console.ampora.url}/api${home}/versions/${version}`);
    return (await answer.json()) as { body: string; status: string; tags: string[]; source: string };
  };
  /** A refusal that the story wants is no trouble; anything else is. */
  const expectRefused = (status: number) => {
    const troubles = desk.takeTroubles();
    expect(troubles.length, 'a refusal').to.be.greaterThan(0);
    expect(troubles.filter((text) => !text.includes(`status of ${status}`))).to.deep.equal([]);
  };

  it('is told while typing what is wrong, and where', async () => {
    await desk.open('/configurations/new');
    await write(page, faultyConfiguration);
    const problem = problems().getByRole('button', { name: new RegExp(`line ${faultyLine}:`) });
    await problem.waitFor();
    await page.locator('.cm-lintRange-error').filter({ hasText: 'debgu' }).waitFor();
    await page.locator('.cm-lint-marker-error').waitFor();
    await problem.click();
    expect(await page.locator('.cm-activeLine').innerText()).to.include('debgu');
    await page.getByText(`line ${faultyLine}, column`).waitFor();
    expect(await page.getByLabel('Place of the cursor').innerText()).to.match(
      /service.*pipelines.*traces.*exporters/s,
    );
    await expectSound(desk, 'a new configuration with a problem');
  });

  it('walks the problems with F8', async () => {
    await page.locator('.cm-content').first().focus();
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('F8');
    await page.locator('.cm-tooltip .cm-diagnostic').waitFor();
    await page.getByText(new RegExp(`line \\d+, column`)).waitFor();
    await page.keyboard.press('Escape');
  });

  it('is offered what is defined where it is needed', async () => {
    await problems()
      .getByRole('button', { name: new RegExp(`line ${faultyLine}:`) })
      .click();
    await page.keyboard.press('Control+Delete');
    await page.keyboard.type('de');
    const option = page.getByRole('listbox').getByRole('option', { name: /^debug/ });
    await option.waitFor();
    await option.click();
    await page.getByText('No problems found').waitFor();
    expect(await page.locator('.cm-content').first().innerText()).to.include('exporters: [debug]');
  });

  it('is offered the settings of a component, and told what they are', async () => {
    const batch = soundConfiguration.split('\n').findIndex((line) => line.includes('timeout: 1s')) + 1;
    await page
      .locator('.cm-line')
      .nth(batch - 1)
      .click();
    await page.keyboard.press('End');
    await page.getByText('timeout', { exact: true }).first().waitFor();
    await page
      .locator('.bar .docs')
      .filter({ hasText: /duration/ })
      .waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.type('send_b');
    await page
      .getByRole('listbox')
      .getByRole('option', { name: /^send_batch_size/ })
      .first()
      .waitFor();
    await page.keyboard.press('Escape');
    await write(page, soundConfiguration);
  });

  it('creates, and what is stored is what was typed', async () => {
    await page.getByRole('textbox', { name: 'Name' }).fill('edge');
    await page.getByRole('button', { name: 'Create' }).click();
    await heading('edge v1').waitFor();
    home = new URL(page.url()).pathname.replace(/\/versions\/1$/, '');
    expect(await stored(1)).to.include({ body: soundConfiguration, source: 'ui', status: 'Draft' });
    await publish(page, 'edge v1', 'The first one');
    await page.getByText('edge v1 is published.').waitFor();
    await assignable(page);
  });

  it('is told at once that a name is taken', async () => {
    await desk.open('/configurations/new');
    await page.getByRole('textbox', { name: 'Name' }).fill('Edge');
    await page.getByText('There is a configuration called edge already.').waitFor();
    expect(await page.getByRole('button', { name: 'Create' }).isDisabled()).to.equal(true);
  });

  it('sees what a draft changes in meaning, before it is saved', async () => {
    await desk.open(home);
    await page.getByRole('button', { name: 'New draft', exact: true }).click();
    await heading('edge v2').waitFor();
    const changes = page.getByRole('region', { name: /^What it changes against v1/ });
    await changes.getByText('Nothing that a Collector would notice.').waitFor();
    await write(page, soundConfiguration.replace('timeout: 1s', 'timeout: 5s'));
    await changes.getByRole('listitem').filter({ hasText: 'processors.batch.timeout' }).waitFor();
    expect(await changes.getByRole('list', { name: /^Changes against/ }).innerText()).to.match(/1s[\s\S]*5s/);
    await expectSound(desk, 'a draft with a change');
    await publish(page, 'edge v2', 'Slower batches');
    await page.getByText('edge v2 is published.').waitFor();
    await assignable(page);
  });

  it('is told when a draft means what is published', async () => {
    await desk.open(home);
    await page.getByRole('button', { name: 'New draft', exact: true }).click();
    await heading('edge v3').waitFor();
    await write(page, `# Said otherwise.\n${soundConfiguration.replace('timeout: 1s', 'timeout: 5000ms')}`);
    await page.getByText('Same meaning as v2, the newest published').waitFor();
    await page.getByRole('button', { name: 'Publish…' }).click();
    await dialog('Publish edge v3').getByText('Same meaning as v2').waitFor();
    await dialog('Publish edge v3').getByRole('list', { name: 'What this would do' }).waitFor();
    await dialog('Publish edge v3').getByRole('button', { name: 'Publish v3' }).click();
    await page.getByText(/edge v3 is published\. It means the same as v2\./).waitFor();
    await assignable(page);
  });

  it('compares two versions by meaning and by text, and the address says which', async () => {
    await desk.open(`${home}/compare?from=1&to=3`);
    const meaning = page.getByRole('list', { name: 'What changes in meaning from v1 to v3' });
    await meaning.getByText('processors.batch.timeout').waitFor();
    expect(await meaning.getByRole('listitem').count()).to.equal(1);
    await expectSound(desk, 'a comparison by meaning');
    await page.getByRole('link', { name: 'The text' }).click();
    await page.waitForURL(/view=text/);
    await page.getByText('# Said otherwise.').waitFor();
    await desk.open(`${home}/compare?from=2&to=3`);
    await page.getByText('The same meaning').waitFor();
  });

  it('loses a race for a draft and brings both texts together', async () => {
    await desk.open(home);
    await page.getByRole('button', { name: 'New draft', exact: true }).click();
    await heading('edge v4').waitFor();
    const base = (await stored(4)).body;
    const theirs = base
      .replace('timeout: 5000ms', 'timeout: 9s')
      .replace('verbosity: basic', 'verbosity: normal');
    const mine = base.replace('timeout: 5000ms', 'timeout: 2s').replace('127.0.0.1:4317', '127.0.0.1:5317');
    const colleague = await console.newPage();
    await colleague.open(new URL(page.url()).pathname);
    await write(page, mine);
    await write(colleague.page, theirs);
    await colleague.page.getByRole('button', { name: 'Save' }).click();
    await colleague.page.getByText(/^Saved at/).waitFor();
    await page.getByRole('button', { name: 'Save' }).click();

    const merge = dialog('Someone saved before you');
    await merge.getByText(/1 place was changed by both/).waitFor();
    expectRefused(412);
    await merge.getByRole('radio', { name: /^Theirs timeout: 9s/ }).check();
    await expectSound(desk, 'a conflict');
    await merge.getByRole('button', { name: 'Go on with both together' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/^Saved at/).waitFor();
    const both = theirs.replace('127.0.0.1:4317', '127.0.0.1:5317');
    await waitUntil('both texts being stored', async () => (await stored(4)).body === both);
    await colleague.page.context().close();
  });

  it('takes single lines from the other text', async () => {
    const base = (await stored(4)).body;
    const draft = new URL(page.url()).pathname;
    await desk.open(draft);
    const colleague = await console.newPage();
    await colleague.open(draft);
    await write(page, base.replace('timeout: 9s', 'timeout: 3s'));
    await write(colleague.page, base.replace('timeout: 9s', 'timeout: 4s'));
    await colleague.page.getByRole('button', { name: 'Save' }).click();
    await colleague.page.getByText(/^Saved at/).waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    const merge = dialog('Someone saved before you');
    await merge.getByText(/1 place was changed by both/).waitFor();
    expectRefused(412);
    await merge
      .getByRole('button', { name: /^Take these lines from: Saved by/ })
      .first()
      .click();
    await merge.getByText('You have edited the text below by hand').waitFor();
    await merge.getByRole('button', { name: 'Go on with both together' }).click();
    await page.locator('.cm-line').filter({ hasText: 'timeout: 4s' }).waitFor();
    await colleague.page.context().close();
  });

  it('tags a version, moves the tag, and reverts', async () => {
    await desk.open(home);
    await act(page, 1, 'Tags…');
    await dialog('Tags on edge v1').getByRole('button', { name: 'golden' }).click();
    await dialog('Tags on edge v1').getByRole('button', { name: 'Put it on v1' }).click();
    await dialog('Tags on edge v1').getByText('on v1').waitFor();
    await dialog('Tags on edge v1').getByRole('button', { name: 'Close' }).last().click();
    expect((await stored(1)).tags).to.deep.equal(['golden']);

    await act(page, 2, 'Tags…');
    await dialog('Tags on edge v2').getByRole('button', { name: 'Move to v2' }).click();
    await dialog('Tags on edge v2').getByText('on v2').waitFor();
    await expectSound(desk, 'the tags of a version');
    await dialog('Tags on edge v2').getByRole('button', { name: 'Close' }).last().click();
    expect((await stored(1)).tags).to.deep.equal([]);
    expect((await stored(2)).tags).to.deep.equal(['golden']);

    await act(page, 1, 'New draft with the text of v1');
    await heading('edge v5').waitFor();
    expect((await stored(5)).body).to.equal(soundConfiguration);
  });

  it('filters the versions, and the address says how', async () => {
    await desk.open(home);
    await page.getByRole('search', { name: 'Versions' }).getByRole('checkbox', { name: 'Draft' }).check();
    await page.waitForURL(/status=Draft/);
    const rows = () => page.getByRole('region', { name: 'Versions' }).getByRole('row');
    await waitUntil('two drafts being listed', async () => (await rows().count()) === 3);
    await expectSound(desk, 'a configuration with filtered versions');
    await desk.open(`${home}?hash=ffffffffffff`);
    await page.getByText('No version is like that').waitFor();
  });

  it('is told who uses what it cannot delete', async () => {
    await desk.open(home);
    await page
      .getByRole('row')
      .filter({ has: page.getByRole('link', { name: 'v3', exact: true }) })
      .getByRole('button', { name: 'Assign' })
      .click();
    await dialog('Assign edge v3').getByRole('radio', { name: 'All agents' }).check();
    const plan = dialog('Assign edge v3');
    await plan.getByText(`${agentCount} get a first configuration`).waitFor();
    await expectSound(desk, 'a planned assignment');
    await dialog('Assign edge v3').getByRole('button', { name: 'Assign to all agents' }).click();
    await page.getByText('edge v3 is assigned to all agents.').waitFor();

    await page.getByRole('button', { name: 'Delete this configuration' }).click();
    await dialog('Delete edge?').getByRole('textbox', { name: 'Type edge to go on' }).fill('edge');
    await dialog('Delete edge?').getByRole('button', { name: 'Delete' }).click();
    const users = dialog('Delete edge?').getByRole('list', { name: 'Used by' });
    await users.getByText('golden').waitFor();
    expect(await users.getByRole('listitem').count()).to.be.greaterThan(1);
    expectRefused(409);
    await expectSound(desk, 'a refused deletion');
    await dialog('Delete edge?').getByRole('button', { name: 'Cancel' }).click();
  });

  it('archives a version and takes it back into use', async () => {
    await act(page, 1, 'Archive');
    await dialog('Archive v1?').getByRole('button', { name: 'Archive' }).click();
    await page.getByText('v1 is archived.').waitFor();
    await act(page, 1, 'Take back into use');
    await page.getByText('v1 is in use again.').waitFor();
    await waitUntil('v1 being published again', async () => (await stored(1)).status === 'Published');
  });

  it('imports what an agent runs', async () => {
    const agent = await waitUntil('an agent running it', async () => {
      const { items } = (await (
        await fetch(`${console.ampora.url}/api/agents?driftState=in-sync`)
      ).json()) as {
        items: { id: string; displayName: string }[];
      };
      return items[0];
    });
    await desk.open(`/agents/${agent.id}?tab=configuration`);
    await page.getByRole('button', { name: 'Import as a configuration' }).click();
    const form = dialog(`Import what ${agent.displayName} runs`);
    await form.getByRole('textbox', { name: 'Name of the new configuration' }).fill('as it runs');
    await form.getByRole('button', { name: 'Import' }).click();
    await heading('as it runs v1').waitFor();
    await page.locator('.cm-line').filter({ hasText: 'pipelines' }).first().waitFor();
    home = new URL(page.url()).pathname.replace(/\/versions\/1$/, '');
    expect((await stored(1)).source).to.equal('import');
  });

  it('is refused a file in UTF-16, and keeps every byte of one in UTF-8', async () => {
    await desk.open('/configurations/new');
    const upload = page.locator('input[type=file]');
    await upload.setInputFiles({
      name: 'wide.yaml',
      mimeType: 'text/yaml',
      buffer: Buffer.from(`\uFEFF${soundConfiguration}`, 'utf16le'),
    });
    await page.getByRole('alert').filter({ hasText: 'UTF-16' }).waitFor();

    const withBreaks = `# ampora.name: windows\r\n${soundConfiguration.replaceAll('\n', '\r\n')}`;
    await upload.setInputFiles({
      name: 'other.yaml',
      mimeType: 'text/yaml',
      buffer: Buffer.from(withBreaks),
    });
    await page.locator('.cm-line').filter({ hasText: '# ampora.name: windows' }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).to.equal('windows');
    await page.locator('.cm-content').first().focus();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('# the end');
    await page.getByRole('button', { name: 'Create' }).click();
    await heading('windows v1').waitFor();
    home = new URL(page.url()).pathname.replace(/\/versions\/1$/, '');
    expect((await stored(1)).body).to.equal(`${withBreaks}# the end`);
  });

  it('types on in a text of nearly 10 MiB, which is not checked at every key', async () => {
    const line = '# a long remark about nothing in particular, to fill the file\n';
    const large = soundConfiguration + line.repeat(Math.floor((9.5 * 1024 * 1024) / line.length));
    await page.locator('input[type=file]').setInputFiles({
      name: 'large.yaml',
      mimeType: 'text/yaml',
      buffer: Buffer.from(large),
    });
    await page.getByText('too large to be checked while you type').waitFor();
    await page.getByText(/of the 10\.0 MiB that can be stored/).waitFor();
    await page.locator('.cm-content').first().focus();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('# typed ');
    await page.locator('.cm-line').first().filter({ hasText: '# typed' }).waitFor();
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
  });

  it('holds configurations to a rule of its own', async () => {
    await desk.open('/settings/lint-rules');
    await expectSound(desk, 'the lint rules');
    await page.getByRole('button', { name: 'New rule' }).click();
    const form = dialog('New lint rule');
    await form.getByRole('textbox', { name: 'Name' }).fill('No debug exporter');
    await form.getByRole('textbox', { name: 'Description' }).fill('Send it somewhere.');
    const expression = form.getByRole('textbox', { name: 'Must hold' });
    await expression.fill('len(config.exportes) = 0');
    await form.getByRole('list', { name: 'Problems of the expression' }).waitFor();
    await page.locator('.cm-tooltip-autocomplete').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.cm-tooltip-autocomplete').waitFor({ state: 'detached' });
    await form.waitFor();
    await expectSound(desk, 'a lint rule with a problem');
    await expression.fill('len(config.exporters) = 0');
    await form.getByText('Nothing wrong with it').waitFor();
    await form.getByRole('button', { name: 'Add the rule' }).click();
    await page.getByText('No debug exporter is a rule now.').waitFor();

    await desk.open('/configurations/new');
    await write(page, soundConfiguration);
    await problems()
      .getByRole('heading', { name: /House rules/ })
      .waitFor();
    await problems()
      .getByText(/Send it somewhere|No debug exporter/)
      .first()
      .waitFor();

    await desk.open('/settings/lint-rules');
    await page.getByRole('button', { name: 'Remove No debug exporter' }).click();
    await dialog('Remove No debug exporter?').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('No debug exporter is removed.').waitFor();
  });

  it('reads how expressions are written', async () => {
    await desk.open('/reference/expressions');
    await page.getByText('starts-with', { exact: false }).first().waitFor();
    await expectSound(desk, 'the reference of expressions');
  });
});

async function write(page: Page, text: string): Promise<void> {
  await editorOf(page).fill(text);
}

const editorOf = (page: Page): Locator => page.locator('.cm-content[contenteditable=true]').first();

async function publish(page: Page, what: string, notes: string): Promise<void> {
  await page.getByRole('button', { name: 'Publish…' }).click();
  const dialog = page.getByRole('dialog', { name: `Publish ${what}` });
  await dialog.getByRole('textbox', { name: 'Notes' }).fill(notes);
  await dialog.getByRole('button', { name: /^Publish v/ }).click();
}

/** The page has seen that its version is published, and so will the next one. */
async function assignable(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Assign', exact: true }).waitFor();
}

/** Picks what can be done with a version from its row. */
async function act(page: Page, version: number, what: string): Promise<void> {
  await page.getByRole('button', { name: `More for v${version}`, exact: true }).click();
  await page.getByRole('menuitem', { name: what, exact: true }).click();
}
