import { createClient } from '@ampora/api-contract';
import { createFleet, type Fleet } from '@ampora/fleet-sim';
import { expect } from 'chai';
import { join } from 'node:path';
import { waitUntil } from '../../system/wait-until.ts';
import { type ConsoleUnderTest, startConsole, type WatchedPage } from './console-under-test.ts';
import { tellOneStory } from './one-story.ts';

const agents = 3;
const config = `receivers: {otlp: {protocols: {grpc: {endpoint: "127.0.0.1:4317"}}}}
processors: {batch: {timeout: 2s}}
exporters: {debug: {}}
service: {pipelines: {traces: {receivers: [otlp], processors: [batch], exporters: [debug]}}}
`;

describe('a person who watches what flows', function () {
  this.timeout(180_000);
  tellOneStory();
  let console: ConsoleUnderTest;
  let desk: WatchedPage;
  let fleet: Fleet | undefined;
  let version = '';
  let agent = '';

  before(async function () {
    console = await startConsole(this);
    desk = await console.newPage({ viewport: { width: 1600, height: 1000 } });
    const { ampora } = console;
    const call = createClient({ baseUrl: ampora.url });
    fleet = createFleet({
      endpoint: ampora.opampEndpoint('websocket'),
      agents,
      pace: 0.05,
      ownMetrics: {
        everyMs: 1_000,
        endpoint: new URL('/v1/metrics', ampora.opampEndpoint('http')).href,
      },
    });
    await fleet.start();
    const published = await ampora.client.publish('measured', config);
    const { configurationId } = published;
    await call('assign', {
      body: { configurationId, version: published.version, target: { all: true } },
    });
    const { items } = await waitUntil('agents that run it', async () => {
      const page = await call('listAgents', { query: { remoteConfigStatus: ['applied'] } });
      return page.items.length === agents ? page : undefined;
    });
    agent = `/agents/${items[0]?.id ?? ''}?tab=configuration&view=visual`;
    version = `/configurations/${configurationId}/versions/${published.version}?view=visual`;
    await waitUntil('rates', async () => {
      const told = await call('getAgentThroughput', { params: { id: items[0]?.id ?? '' } });
      return told.components.some(({ itemsPerSecond }) => (itemsPerSecond ?? 0) > 0);
    });
  });
  afterEach(() => {
    expect(desk?.takeTroubles() ?? []).to.deep.equal([]);
  });
  after(async () => {
    await fleet?.stop();
    await console?.close();
  });

  const rates = async () => {
    const shown = desk.page.locator('.rate').filter({ hasText: '/s' });
    await shown.first().waitFor();
    return shown.allInnerTexts();
  };
  const picture = async (name: string) => {
    const folder = process.env['AMPORA_PICTURES'];
    if (folder !== undefined) await desk.page.screenshot({ path: join(folder, `${name}.png`) });
  };

  it('sees on the drawing of a version how much its agents carry together', async () => {
    await desk.open(version);
    expect(await rates()).to.have.length(2);
    await picture('version-throughput');
  });

  it('sees on the drawing of an agent how much it carries', async () => {
    await desk.open(agent);
    expect((await rates()).every((rate) => /^[\d,.]+\/s$/.test(rate))).to.equal(true);
    await picture('agent-throughput');
  });
});
