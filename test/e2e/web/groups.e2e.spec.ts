import { createFleet, type Fleet } from '@ampora/fleet-sim';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { waitUntil } from '../../system/wait-until.ts';
import { type ConsoleUnderTest, startConsole, type WatchedPage } from './console-under-test.ts';
import { tellOneStory } from './one-story.ts';
import { expectSound } from './sound-page.ts';
import { soundConfiguration } from './story-configurations.ts';

const agentCount = 12;
/** The simulated fleet is spread evenly over three sites. */
const perSite = agentCount / 3;

/** From a fleet without groups on: each test takes up where the one before left off. */
describe('somebody who divides the fleet into groups', function () {
  this.timeout(120_000);
  tellOneStory();
  let console: ConsoleUnderTest;
  let fleet: Fleet | undefined;
  let desk: WatchedPage;
  let page: Page;
  let first: { readonly id: string; readonly displayName: string };
  let groupPath: string;

  before(async function () {
    console = await startConsole(this);
    fleet = createFleet({
      endpoint: console.ampora.opampEndpoint('websocket'),
      agents: agentCount,
      characters: { healthy: agentCount },
      pace: 0.2,
    });
    await fleet.start();
    const { client } = console.ampora;
    await waitUntil('all agents being known', async () => (await agents()).length === agentCount);
    first = (await agents()).find(({ displayName }) => displayName === 'edge-fra-001')!;
    await client.publish('edge', soundConfiguration);
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

  interface Row {
    readonly id: string;
    readonly displayName: string;
    readonly groupName: string | null;
    readonly assigned: { readonly name: string } | null;
  }
  async function agents(query = ''): Promise<readonly Row[]> {
    const response = await fetch(`${console.ampora.url}/api/agents?limit=500${query}`);
    return ((await response.json()) as { items: readonly Row[] }).items;
  }
  const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name });
  const dialog = () => page.getByRole('dialog');
  const members = () => page.locator('[role=row][data-index]');
  const said = (text: string | RegExp) => page.getByRole('status').filter({ hasText: text }).waitFor();

  async function writeSelector(text: string) {
    const field = page.getByRole('textbox', { name: 'Selector' });
    await page.locator('.expression .cm-content').waitFor();
    await field.click();
    await page.keyboard.press('ControlOrMeta+a');
    // All at once: brackets and quotes would be closed by themselves, and suggestions taken.
    await page.keyboard.insertText(text);
    await page.keyboard.press('Escape');
  }

  it('is told what a group is while there is none', async () => {
    await desk.open('/groups');
    await page.getByRole('heading', { name: 'No group yet' }).waitFor();
    await expectSound(desk, 'no groups');
    await page.keyboard.press('g');
    await page.keyboard.press('o');
    await heading('Overview').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('g');
    await heading('Groups').waitFor();
  });

  it('sees who would join while the selector is written', async () => {
    await page.getByRole('link', { name: 'New group' }).first().click();
    await heading('New group').waitFor();
    await page.getByRole('textbox', { name: 'Name' }).fill('Frankfurt');
    await writeSelector('deployment.sit = "fra"');
    await page.getByText(/No agent has the label deployment\.sit\./).waitFor();
    await writeSelector('deployment.site = "fra"');
    await page.getByRole('heading', { name: `${perSite} agents would join` }).waitFor();
    const wouldDo = page.getByRole('list', { name: 'What it would do' });
    expect(await wouldDo.innerText()).to.match(
      new RegExp(`${perSite}\\s+match[^]*${perSite}\\s+join[^]*0\\s+leave`),
    );
    await expectSound(desk, 'a new group');
  });

  it('is shown what saving would change, and agents join by themselves', async () => {
    await page.getByRole('button', { name: 'Review and save' }).click();
    await dialog().getByText(`${perSite} agents join`).waitFor();
    expect(await agents('&groupId=none'), 'nothing is written yet').to.have.lengthOf(agentCount);
    await dialog().getByRole('button', { name: 'Create the group' }).click();
    await heading('Frankfurt').waitFor();
    await said(`${perSite} agents`);
    groupPath = new URL(page.url()).pathname;
    expect(await members().count()).to.equal(perSite);
    const wouldDo = page.getByRole('list', { name: 'What it would do' });
    await wouldDo.filter({ hasText: new RegExp(`0\\s+join.*${perSite}\\s+stay`, 's') }).waitFor();
    await expectSound(desk, 'a group');
  });

  it('gives the group a configuration after a look at who would run it', async () => {
    await page.getByRole('button', { name: 'Assign a configuration' }).click();
    await dialog().getByRole('radio', { name: 'edge' }).check();
    await dialog().getByText(`${perSite} get a first configuration`).waitFor();
    await dialog().getByRole('button', { name: 'Assign edge v1' }).click();
    await dialog().waitFor({ state: 'detached' });
    await page.getByRole('link', { name: /edge version 1/ }).waitFor();
    await waitUntil('members being told', async () =>
      (await agents()).every(
        ({ displayName, assigned }) => displayName.includes('-fra-') === (assigned?.name === 'edge'),
      ),
    );
  });

  it('reads on an agent’s page why it has its configuration, each step with its event', async () => {
    await desk.open(`/agents/${first.id}`);
    const chain = page.getByRole('list', { name: 'What follows from what' });
    await chain
      .getByText('The group has it')
      .or(chain.getByText(/Assigned to/))
      .first()
      .waitFor();
    const kinds = await chain.locator('.kind').allInnerTexts();
    expect(kinds.map((kind) => kind.trim()).slice(0, 4)).to.deep.equal([
      'The agent',
      'Its group',
      'The assignment',
      'The version',
    ]);
    await chain
      .getByRole('link', { name: /Frankfurt/ })
      .first()
      .waitFor();
    await chain
      .getByRole('listitem')
      .filter({ hasText: 'In the group' })
      .getByRole('link', { name: /^Event/ })
      .click();
    await heading(/AgentJoinedGroup/).waitFor();
  });

  it('changes a label, is told that the agent would leave, and it does', async () => {
    await desk.open(`/agents/${first.id}`);
    await page.getByRole('button', { name: 'Edit labels' }).click();
    await dialog().getByRole('combobox', { name: 'Key' }).fill('deployment.site');
    await dialog().getByRole('combobox', { name: 'Value' }).fill('lab');
    await dialog().getByText('1 agent would no longer match').waitFor();
    await expectSound(desk, 'labels with their plan');
    await dialog().getByRole('button', { name: 'Save the labels' }).click();
    await dialog().waitFor({ state: 'detached' });
    await page.getByText('in no group', { exact: true }).waitFor();
    expect(await page.locator('s').innerText(), 'what the agent says is struck through').to.equal('fra');
  });

  it('edits the selector: who joins, who leaves and what they would run is shown first', async () => {
    await desk.open(`${groupPath}/edit`);
    await writeSelector('deployment.site in ("lab", "iad")');
    await page.getByRole('heading', { name: `${perSite + 1} agents would join` }).waitFor();
    await page.getByRole('heading', { name: `${perSite - 1} agents would leave` }).waitFor();
    await page.getByRole('button', { name: 'Review and save' }).click();
    await dialog().getByRole('list', { name: 'Groups' }).getByText('Frankfurt').waitFor();
    await dialog().getByRole('button', { name: 'Save the change' }).click();
    await heading('Frankfurt').waitFor();
    await waitUntil('the agent being back', async () =>
      (await agents()).some(({ id, groupName }) => id === first.id && groupName === 'Frankfurt'),
    );
  });

  it('is told who changed it meanwhile, and keeps both changes', async () => {
    await desk.open(`${groupPath}/edit`);
    await page.getByRole('textbox', { name: 'Description' }).fill('Where shops are');
    await editElsewhere({ priority: 7 });
    await page.getByRole('button', { name: 'Review and save' }).click();
    await dialog().getByRole('button', { name: 'Save the change' }).click();
    const conflict = page
      .getByRole('alert')
      .filter({ hasText: 'Somebody else changed this group meanwhile' });
    await conflict.waitFor();
    expect(await conflict.innerText()).to.match(/Priority\s+0\s+7\s+0/);
    // The refusal is logged by the browser, and meant.
    desk.takeTroubles();
    await conflict.getByRole('button', { name: /^Keep both/ }).click();
    await page.getByRole('button', { name: 'Review and save' }).click();
    await dialog().getByRole('button', { name: 'Save the change' }).click();
    await heading('Frankfurt').waitFor();
    await page.getByText('Where shops are').waitFor();
    await page.getByText('priority 7').waitFor();
  });

  it('labels all that match a filter, after typing their number', async () => {
    await desk.open('/fleet?label=deployment.site:sin');
    await members().first().focus();
    await page.keyboard.press('x');
    await page.getByRole('region', { name: 'What to do with the chosen agents' }).waitFor();
    await page.getByRole('button', { name: `Choose all ${perSite} matching` }).click();
    await page.getByRole('button', { name: 'Label', exact: true }).click();
    await dialog().getByRole('combobox', { name: 'Key' }).fill('ring');
    await dialog().getByRole('combobox', { name: 'Value' }).fill('late');
    const go = dialog().getByRole('button', { name: `Label ${perSite} agents` });
    expect(await go.isDisabled(), 'nothing typed yet').to.equal(true);
    await dialog()
      .getByRole('textbox', { name: `Type ${perSite} to go on` })
      .fill(String(perSite));
    await expectSound(desk, 'a bulk action');
    await go.click();
    await dialog().getByText(`${perSite} of ${perSite} agents labelled`).waitFor();
    await dialog().getByRole('link', { name: 'The one event of it' }).click();
    await heading(/BulkActionPerformed/).waitFor();
    await desk.open('/fleet?label=ring:late');
    await said(`${perSite} agents match`);
  });

  it('deletes the group by its name, and restores it', async () => {
    await desk.open(groupPath);
    await page.getByRole('button', { name: 'Delete this group' }).click();
    const go = dialog().getByRole('button', { name: 'Delete the group' });
    await dialog()
      .getByText(/agents? leaves?/)
      .first()
      .waitFor();
    expect(await go.isDisabled()).to.equal(true);
    await dialog()
      .getByRole('textbox', { name: /^Type Frankfurt/ })
      .fill('Frankfurt');
    await expectSound(desk, 'deleting a group');
    await go.click();
    await heading('Groups').waitFor();
    await waitUntil('nobody being in it', async () => (await agents('&groupId=none')).length === agentCount);

    await page.getByRole('link', { name: 'Deleted' }).click();
    await page.getByRole('list', { name: 'Deleted groups' }).getByText('Frankfurt').waitFor();
    await expectSound(desk, 'deleted groups');
    await page.getByRole('button', { name: 'Restore' }).click();
    await dialog().getByRole('button', { name: 'Restore' }).click();
    await page.getByRole('link', { name: 'Open the group' }).click();
    await heading('Frankfurt').waitFor();
    await waitUntil(
      'its members being back',
      async () => (await agents('&groupId=none')).length < agentCount,
    );
  });

  it('sees the group as it was, and can change nothing there', async () => {
    await desk.open(`${groupPath}?at=${await positionOfCreation()}`);
    await said('0 agents');
    expect(
      await page.getByRole('button', { name: 'Delete this group' }).getAttribute('aria-disabled'),
    ).to.equal('true');
    await page.goto(`${groupPath}/edit?at=${await positionOfCreation()}`);
    expect(
      await page.getByRole('button', { name: 'Review and save' }).getAttribute('aria-disabled'),
    ).to.equal('true');
  });

  async function groupNow(): Promise<{ readonly revision: number }> {
    const response = await fetch(`${console.ampora.url}/api${groupPath}`);
    return (await response.json()) as { revision: number };
  }
  async function editElsewhere(body: object) {
    const { revision } = await groupNow();
    const response = await fetch(`${console.ampora.url}/api${groupPath}`, {
      method: 'PATCH',
      headers: {
        'content-type': 'application/json',
        'if-match': `"${revision}"`,
        'idempotency-key': crypto.randomUUID(),
      },
      body: JSON.stringify(body),
    });
    expect(response.status).to.equal(200);
  }
  async function positionOfCreation(): Promise<string> {
    const stream = groupPath.replace('/groups/', 'group-');
    const response = await fetch(
      `${console.ampora.url}/api/events?stream=${stream}&direction=forwards&limit=1`,
    );
    return ((await response.json()) as { items: { position: string }[] }).items[0]!.position;
  }
});
