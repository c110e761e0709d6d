// What is evaluated in the page is written for the page.
/// <reference lib="dom" />
import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import { waitUntil } from '../../system/wait-until.ts';
import { type ConsoleUnderTest, startConsole, type WatchedPage } from './console-under-test.ts';
import { tellOneStory } from './one-story.ts';
import { expectSound } from './sound-page.ts';

const text = `# Edge, kept by the platform team.
receivers:
  otlp: # in
    protocols:
      grpc:
        endpoint: 'localhost:4317'
  hostmetrics:
    collection_interval: 30s
    scrapers:
      cpu:
processors:
  batch:
    timeout: 5s   # keep it short
    # send_batch_size: 100
  memory_limiter:
    check_interval: 1s
    limit_mib: 512
  filter/spare: {}
connectors:
  spanmetrics:
exporters:
  debug: {verbosity: basic}
  otlp_grpc/eu: &eu
    endpoint: "eu.example.com:4317"
  otlp_grpc/us: *eu
service:
  pipelines:
    traces:
      receivers: [otlp]
      processors:
      - memory_limiter # first
      - batch
      exporters: [otlp_grpc/eu, spanmetrics]
    metrics:
      receivers: [hostmetrics, spanmetrics]
      exporters: [debug, otlp_grpc/us]
    logs:
      receivers: [otlp]
      exporters: [debgu]
`;

/** One story: each test takes up where the one before left off. */
describe('a person at the canvas', function () {
  this.timeout(120_000);
  tellOneStory();
  let console: ConsoleUnderTest;
  let desk: WatchedPage;
  let page: Page;
  let home = '';

  before(async function () {
    console = await startConsole(this);
    desk = await console.newPage({ viewport: { width: 1600, height: 1100 } });
    page = desk.page;
    const answer = await fetch(`${console.ampora.url}/api/configurations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
      body: JSON.stringify({ name: 'edge', body: text }),
    });
    const { id } = (await answer.json()) as { id: string };
    home = `/configurations/${id}/versions/1`;
    await waitUntil(
      'the draft being known',
      async () => (await fetch(`${console.ampora.url}/api${home}`)).ok,
    );
  });
  afterEach(() => {
    expect(desk?.takeTroubles() ?? []).to.deep.equal([]);
  });
  after(async () => {
    await console?.close();
  });

  const node = (name: string | RegExp): Locator =>
    page.locator('[data-node]').and(page.getByRole('button', { name, exact: typeof name === 'string' }));
  const told = (sentence: string | RegExp) =>
    page.locator('.peek [role=status]').filter({ hasText: sentence }).waitFor();
  const written = () => page.locator('.cm-content[contenteditable=true]').first().innerText();
  const laneBox = (key: string) => page.locator(`.svelte-flow__node-lane[data-id="${key}"]`);
  const stored = async () => {
    const answer = await fetch(`${console.ampora.url}/api${home}`);
    return ((await answer.json()) as { body: string }).body;
  };
  /** The drawing stands still: four looks in a row see the same. */
  const still = async () => {
    let last = '';
    let same = 0;
    await waitUntil('the drawing standing still', async () => {
      const box = await page.locator('.stage').boundingBox();
      const look = `${await page.locator('.svelte-flow__viewport').getAttribute('style')} ${JSON.stringify(box)}`;
      same = look === last ? same + 1 : 0;
      last = look;
      return same >= 4;
    });
  };
  const centreOf = async (what: Locator) => {
    const box = await what.boundingBox();
    if (box === null) throw new Error('it is not on the page');
    return { x: box.x + box.width / 2, y: box.y + box.height / 2, width: box.width };
  };
  const drag = async (from: { x: number; y: number }, to: { x: number; y: number }) => {
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 6 });
    await page.mouse.move(to.x, to.y, { steps: 6 });
    await page.mouse.up();
  };

  it('sees a lane for each pipeline, a connector from lane to lane, and what is not used', async () => {
    await desk.open(`${home}?view=split`);
    await node('otlp receiver in pipeline traces').waitFor();
    for (const lane of ['traces', 'metrics', 'logs']) await laneBox(lane).waitFor();
    await node('spanmetrics connector in pipeline traces').waitFor();
    await node('spanmetrics connector in pipeline metrics').waitFor();
    expect(await page.locator('path.connector').count()).to.equal(1);
    await node(/^filter\/spare processor · unused/).waitFor();
    await page.getByText('The same in words (3 pipelines)').click();
    await page
      .getByText('traces: from otlp, through memory_limiter, batch, to otlp_grpc/eu, spanmetrics')
      .waitFor();
    await page.getByText('The same in words (3 pipelines)').click();
  });

  it('is shown on the lane and the node what is wrong', async () => {
    await node(/^debgu exporter · not defined in pipeline logs, 1 error/).waitFor();
    await waitUntil(
      'the lane being marked',
      async () => (await laneBox('logs').locator('.lane.bad').count()) === 1,
    );
    expect(await laneBox('traces').locator('.lane.bad').count()).to.equal(0);
    await expectSound(desk, 'a drawing beside its text');
  });

  it('finds the lines of a node, and the node of a line', async () => {
    await node('batch processor in pipeline traces').hover();
    await page.locator('.cm-markedLine').filter({ hasText: 'timeout: 5s' }).waitFor();
    await page.locator('.cm-markedLine').filter({ hasText: '- batch' }).waitFor();
    await node('memory_limiter processor in pipeline traces').click();
    await page.locator('.cm-activeLine').filter({ hasText: 'memory_limiter:' }).waitFor();
    await page.locator('.cm-line').filter({ hasText: 'collection_interval' }).hover();
    await page.locator('[data-node="metrics:receiver:hostmetrics"].pointed').waitFor();
    await page.locator('.cm-line').filter({ hasText: '- batch' }).click();
    await page.mouse.move(5, 5);
    await page.locator('[data-node="traces:processor:batch"].pointed').waitFor();
  });

  it('walks from node to node with the keys', async () => {
    await node('otlp receiver in pipeline traces').focus();
    await page.keyboard.press('ArrowRight');
    await page.locator('[data-node="traces:processor:memory_limiter"]:focus').waitFor();
    await page.keyboard.press('ArrowRight');
    await page.locator('[data-node="traces:processor:batch"]:focus').waitFor();
  });

  it('adds a processor by the keyboard', async () => {
    await page.getByRole('button', { name: 'Visual', exact: true }).click();
    await page.waitForURL(/view=visual/);
    await page.getByRole('searchbox', { name: 'Search components' }).fill('batch');
    await page.getByRole('button', { name: 'Add processor batch', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'logs', exact: true }).press('Enter');
    await told('Added batch/2 to logs: 2 lines changed');
    await node('batch/2 processor in pipeline logs').waitFor();
  });

  it('sees the lines that were changed', async () => {
    await page.getByRole('button', { name: 'Show the lines' }).click();
    const lines = await page.getByRole('region', { name: 'Changed lines' }).innerText();
    expect(lines).to.match(/\+ {3}batch\/2:/);
    expect(lines).to.match(/\+ {7}processors: \[batch\/2\]/);
    await expectSound(desk, 'the visual editor');
    await page.getByRole('button', { name: 'Hide the lines' }).click();
  });

  it('adds another one by dragging it onto a lane', async () => {
    await page.getByRole('searchbox', { name: 'Search components' }).fill('memory_limiter');
    await page.getByText('Defined here').waitFor();
    await page.getByRole('button', { name: 'Show all of it' }).click();
    await still();
    const from = page.locator('.palette li').filter({ hasText: 'memory_limiter' }).first();
    const box = await laneBox('metrics').boundingBox();
    await from.dragTo(page.locator('.stage'), {
      targetPosition: await inside(page, box),
    });
    await told('Added memory_limiter to metrics: 1 line changed');
    await node('memory_limiter processor in pipeline metrics').waitFor();
  });

  it('moves a processor by dragging it, and by the keys', async () => {
    await still();
    const batch = await centreOf(node('batch processor in pipeline traces'));
    const first = await centreOf(node('memory_limiter processor in pipeline traces'));
    await drag(batch, { x: first.x - first.width / 2, y: first.y + 6 });
    await told(/Moved batch in traces/);
    await node('batch processor in pipeline traces').focus();
    await page.keyboard.press('Alt+ArrowRight');
    await waitUntil('the order being as it was', async () =>
      /- memory_limiter # first\s+- batch/.test(await textOf(page)),
    );
  });

  it('connects a receiver with another pipeline, and disconnects it', async () => {
    await still();
    const from = await centreOf(
      page.locator('[data-id="metrics:receiver:hostmetrics"] .svelte-flow__handle.source'),
    );
    const to = await centreOf(laneBox('logs').locator('.svelte-flow__handle.target'));
    await drag(from, to);
    await told(/Added hostmetrics to logs: 1 line changed/);
    await node('hostmetrics receiver in pipeline logs').click();
    await page.getByRole('button', { name: 'Take out of logs' }).click();
    await told(/Took hostmetrics out of logs: 1 line changed/);
  });

  it('sets a field in the form, by the keys alone', async () => {
    await node('batch processor in pipeline traces').focus();
    await page.keyboard.press('Enter');
    const form = page.getByRole('dialog', { name: 'batch' });
    await form.getByRole('textbox', { name: 'timeout' }).fill('soon');
    await page.keyboard.press('Control+Enter');
    await form.getByText('A duration is a number with a unit').waitFor();
    await expectSound(desk, 'a form with a complaint');
    await form.getByRole('textbox', { name: 'timeout' }).fill('9s');
    await page.keyboard.press('Control+Enter');
    await form.waitFor({ state: 'detached' });
    await told('Set batch: 1 line changed');
  });

  it('leaves a form without changing anything', async () => {
    const before = await textOf(page);
    await node('batch processor in pipeline traces').focus();
    await page.keyboard.press('Enter');
    const form = page.getByRole('dialog', { name: 'batch' });
    await form.getByRole('textbox', { name: 'send_batch_size' }).fill('77');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Escape');
    await form.waitFor({ state: 'detached' });
    expect(await textOf(page)).to.equal(before);
  });

  it('undoes and redoes, in one history with the text', async () => {
    await page.getByRole('button', { name: 'Undo' }).click();
    await waitUntil('the timeout being what it was', async () =>
      (await textOf(page)).includes('timeout: 5s'),
    );
    await page.getByRole('button', { name: 'Redo' }).click();
    await waitUntil('the timeout being set again', async () => (await textOf(page)).includes('timeout: 9s'));
  });

  it('cannot change what is written elsewhere, and is told why', async () => {
    await node(/^otlp_grpc\/us exporter in pipeline metrics.*read-only/).click();
    const about = page.getByRole('group', { name: 'About otlp_grpc/us' });
    await about.getByText(/Read-only: .*alias/).waitFor();
    expect(await about.getByRole('button', { name: 'Rename…' }).isDisabled()).to.equal(true);
    await about.getByRole('button', { name: 'Settings…' }).click();
    const form = page.getByRole('dialog', { name: 'otlp_grpc/us' });
    await form.getByText(/^Read-only:/).waitFor();
    expect(await form.getByRole('textbox', { name: 'endpoint' }).isDisabled()).to.equal(true);
    await page.keyboard.press('Escape');
    await form.waitFor({ state: 'detached' });
  });

  it('has changed those lines and no others when it is saved', async () => {
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText(/^Saved at/).waitFor();
    const expected = text
      .replace('timeout: 5s   # keep it short', 'timeout: 9s   # keep it short')
      .replace('  filter/spare: {}\n', '  filter/spare: {}\n  batch/2:\n')
      .replace(
        '[hostmetrics, spanmetrics]\n',
        '[hostmetrics, spanmetrics]\n      processors: [memory_limiter]\n',
      )
      .replace(
        'receivers: [otlp]\n      exporters: [debgu]',
        'receivers: [otlp]\n      processors: [batch/2]\n      exporters: [debgu]',
      );
    await waitUntil('the draft being stored', async () => (await stored()) !== text);
    expect((await stored()).split('\n')).to.deep.equal(expected.split('\n'));
  });

  it('draws what can be read of a text that is being written', async () => {
    await page.getByRole('button', { name: 'Split', exact: true }).click();
    await page.waitForURL(/view=split/);
    await page.locator('.cm-line').filter({ hasText: 'verbosity: basic' }).click();
    await page.keyboard.press('End');
    await page.keyboard.type(' }}: [');
    await page.locator('.cm-line').filter({ hasText: '}}: [' }).waitFor();
    await page.locator('.remark').filter({ hasText: 'which cannot be read' }).waitFor();
    await node('batch processor in pipeline traces').waitFor();
    await page.keyboard.press('Control+z');
    await page.locator('.remark').waitFor({ state: 'detached' });
    expect(await written()).to.include('debug: {verbosity: basic}');
  });

  it('takes the drawing away as an SVG file', async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'SVG', exact: true }).click(),
    ]);
    const svg = await readFile(await download.path(), 'utf8');
    const root = await page.evaluate((xml) => {
      const parsed = new DOMParser().parseFromString(xml, 'application/xml');
      return {
        name: parsed.documentElement.nodeName,
        faults: parsed.getElementsByTagName('parsererror').length,
      };
    }, svg);
    expect(root).to.deep.equal({ name: 'svg', faults: 0 });
    expect(svg).to.include('spanmetrics');
  });

  it('finds the same picture on a narrow screen', async () => {
    const phone = await console.newPage({ viewport: { width: 390, height: 844 } });
    await phone.open(`${home}?view=visual`);
    await phone.page.locator('[data-node]').first().waitFor();
    await expectSound(phone, 'the visual editor on a phone');
    await phone.page.context().close();
  });
});

/** A point of the empty middle of a lane, as the stage counts it. */
async function inside(page: Page, lane: { x: number; y: number; width: number; height: number } | null) {
  const stage = await page.locator('.stage').boundingBox();
  if (lane === null || stage === null) throw new Error('there is no lane to drop on');
  return {
    x: Math.min(lane.x - stage.x + lane.width / 2, stage.width - 20),
    y: lane.y - stage.y + lane.height / 2,
  };
}

/** What is in the editor, seen or not. */
async function textOf(page: Page): Promise<string> {
  return (await page.locator('.cm-content[contenteditable=true]').first().textContent()) ?? '';
}
