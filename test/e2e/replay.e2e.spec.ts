import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { AgentRow, Bisection } from '@ampora/api-contract';
import { exitCodes } from '@ampora/cli';
import { createFleet, dealCharacters, type Fleet } from '@ampora/fleet-sim';
import { expect } from 'chai';
import { type AmporaProcess, startAmpora } from '../system/ampora-process.ts';
import { type CliRun, runCli } from '../system/run-cli.ts';
import { waitUntil } from '../system/wait-until.ts';

const secret = 'canary-Sesame-4711';
const config = (timeout: string) => `receivers:
  otlp:
    protocols:
      grpc:
        endpoint: 127.0.0.1:4317
processors:
  batch:
    timeout: ${timeout}
exporters:
  debug:
  otlphttp/canaryvendor:
    endpoint: https://ingest.canary.example
    headers:
      authorization: "Bearer ${secret}"
service:
  pipelines:
    traces:
      receivers: [otlp]
      processors: [batch]
      exporters: [debug, otlphttp/canaryvendor]
`;

const mix = { healthy: 12, 'refuses-config': 4 };

interface Step {
  readonly position: string;
  readonly type: string;
  readonly verdict: string;
  readonly differences: readonly string[];
  readonly source: string;
  readonly changed: readonly { readonly field: string; readonly after: string }[];
}

const stepsOf = (run: CliRun): Step[] =>
  run.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Step);

describe('a fault that is looked for, and replayed', function () {
  this.timeout(300_000);
  let ampora: AmporaProcess;
  let fleet: Fleet;
  let folder: string;
  let ill: readonly AgentRow[];
  /** Position at which everybody was well. */
  let wellAt: string;
  /** What the first replay showed. */
  let original: readonly Step[] = [];
  const cli = (args: readonly string[]): Promise<CliRun> =>
    runCli(args, { env: { AMPORA_URL: ampora.url }, timeoutMs: 120_000 });
  const rows = async (...filter: string[]): Promise<readonly AgentRow[]> => {
    const run = await cli(['agents', 'list', '-o', 'json', ...filter]);
    expect(run.code, run.stderr).to.equal(exitCodes.ok);
    return (JSON.parse(run.stdout) as { items: AgentRow[] }).items;
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ampora-replay-'));
    ampora = await startAmpora({ args: ['--no-console'] });
    fleet = createFleet({
      endpoint: ampora.opampEndpoint('websocket'),
      agents: 16,
      seed: 4,
      heartbeatMs: 1_000,
      pace: 0.05,
      characters: mix,
    });
    await fleet.start();
    await waitUntil('the fleet being well', async () => (await rows('--healthy', 'true')).length === 16);
    await ampora.client.caughtUp();
    wellAt = (await ampora.client.allEvents()).at(-1)!.position;
    const all = await rows();
    const uidOf = (index: number) => fleet.agents[index]!.uidText;
    const dealt = dealCharacters(mix, 16).map((character, index) => ({ index, character }));
    const idOf = (index: number) => all.find(({ instanceUid }) => instanceUid === uidOf(index))!.id;
    const well = dealt.filter(({ character }) => character === 'healthy').map(({ index }) => idOf(index));
    const refusing = dealt.filter(({ character }) => character !== 'healthy').map(({ index }) => idOf(index));
    // Harmless changes to many, then the one that some cannot bear.
    for (const timeout of ['1s', '2s']) {
      const harmless = await ampora.client.publish(`harmless-${timeout}`, config(timeout));
      for (const id of well.slice(0, 10)) await ampora.client.assign(harmless, id);
    }
    const bad = await ampora.client.publish('canary-rollout', config('3s'));
    for (const id of [...refusing, ...well.slice(-1)]) await ampora.client.assign(bad, id);
    await waitUntil('those who cannot bear it being ill', async () => {
      const fallen = await rows('--healthy', 'false');
      const settled = await rows('--status', 'applied,failed');
      return fallen.length === 2 && settled.length === 15;
    });
    await ampora.client.caughtUp();
    ill = await rows('--healthy', 'false');
  });
  after(async () => {
    await fleet.stop();
    await ampora.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  it('is named by bisect: first, and why', async () => {
    for (const { id } of ill) {
      const run = await cli(['bisect', id, '--good', wellAt, '-o', 'json']);
      expect(run.code, run.stderr).to.equal(exitCodes.ok);
      const found = JSON.parse(run.stdout) as Bisection;
      expect(found.affected.count).to.equal(2);
      expect(found.unaffected.count).to.equal(14);
      const [first] = found.suspects;
      expect(first).to.deep.include({
        type: 'AgentConfigurationAssigned',
        nature: 'act',
        actor: 'loopback',
        touchedAffected: 2,
        touchedUnaffected: 3,
      });
      expect(first?.entity.name).to.equal('canary-rollout@1');
      expect(first?.reason).to.match(/^It touched all 2 agents that fell ill and 3 of the 14 agents/);
    }
    // Without moments it finds them by itself.
    const told = await cli(['bisect', ill[0]!.id]);
    expect(told.stdout).to.match(/ 1\. canary-rollout@1 assigned {2}\[0\.\d\d\]/);
    const well = (await rows('--healthy', 'true'))[0]!;
    const none = await cli(['bisect', well.id, '--good', '1', '--bad', '2']);
    expect(none.code).to.equal(exitCodes.refused);
    expect(none.stderr).to.contain('bisect/not-healthy-at-good');
  });

  it('is decided again as it was, and the read models of both say the same', async () => {
    const run = await cli(['replay', '--steps', '--no-console', '-o', 'json']);
    expect(run.code, run.stderr).to.equal(exitCodes.ok);
    original = stepsOf(run);
    expect(original.filter(({ verdict }) => verdict === 'different')).to.deep.equal([]);
    const offers = original.filter(({ type }) => type === 'AgentRemoteConfigOffered');
    expect(offers.length).to.be.at.least(15);
    for (const offer of offers) expect(offer).to.deep.include({ verdict: 'identical', source: 'identical' });
    expect(run.stderr).to.match(/the fleet of 16 agents is identical in the source and in the replay/);
  });

  it('is replayed backwards and from the middle, with what that stands on, and is the same', async () => {
    const events = await ampora.client.allEvents();
    const from = events.find(
      ({ type, data }) => type === 'ConfigurationCreated' && data['name'] === 'canary-rollout',
    )!.position;
    const to = original.at(-1)!.position;
    const bounds = ['--from', from, '--to', to];
    const run = await cli(['replay', ...bounds, '--steps', '--backwards', '--no-console', '-o', 'json']);
    expect(run.code, run.stderr).to.equal(exitCodes.ok);
    expect(run.stderr).to.match(/and everything before it/);
    const steps = stepsOf(run).toReversed();
    expect(steps).to.deep.equal(original.filter(({ position }) => BigInt(position) >= BigInt(from)));
    const fallen = steps.filter(({ changed }) =>
      changed.some(({ field, after: value }) => field === 'healthy' && value === 'false'),
    );
    expect(fallen.length).to.be.at.least(2);
  });

  it('can be given to others: scrubbed, without a canary, and still the same decisions', async () => {
    const path = join(folder, 'scrubbed.jsonl');
    const to = original.at(-1)!.position;
    const written = await cli(['replay', 'export', '--scrub', '--to', to, '--output', path]);
    expect(written.code, written.stderr).to.equal(exitCodes.ok);
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    const bodies = lines
      .map((line) => JSON.parse(line) as { type?: string; data?: { data?: string } })
      .filter(({ type }) => type === 'ContentStored')
      .map(({ data }) => gunzipSync(Buffer.from(data?.data ?? '', 'base64')).toString('utf8'));
    const everything = [...lines, ...bodies].join('\n').toLowerCase();
    const agents = await rows();
    const telling = [
      'canary',
      'sesame',
      'harmless',
      ...agents.flatMap(({ id, instanceUid, hostName, displayName }) => [
        id,
        instanceUid,
        hostName,
        displayName,
      ]),
    ];
    for (const text of telling) expect(everything, text).not.to.contain(text.toLowerCase());
    expect(everything).to.contain('receivers:');
    const run = await cli(['replay', '--file', path, '--steps', '--no-console', '-o', 'json']);
    expect(run.code, run.stderr).to.equal(exitCodes.ok);
    expect(run.stderr).to.contain('scrubbed');
    const verdicts = (steps: readonly Step[]) =>
      steps.map(({ position, type, verdict }) => [position, type, verdict]);
    expect(verdicts(stepsOf(run))).to.deep.equal(verdicts(original));
  });

  it('is found out when its log was changed', async () => {
    const path = join(folder, 'slice.jsonl');
    expect((await cli(['replay', 'export', '--output', path])).code).to.equal(exitCodes.ok);
    const lines = (await readFile(path, 'utf8')).split('\n');
    const index = lines.findIndex((line) => line.includes('"type":"AgentRemoteConfigOffered"'));
    const forged = JSON.parse(lines[index]!) as { position: string; data: { configHash: string } };
    forged.data.configHash = 'f'.repeat(64);
    lines[index] = JSON.stringify(forged);
    await writeFile(path, lines.join('\n'));
    const run = await cli(['replay', '--file', path, '--steps', '--no-console', '-o', 'json']);
    expect(run.code).to.equal(exitCodes.differences);
    const [first] = stepsOf(run).filter(({ verdict }) => verdict === 'different');
    expect(first?.position).to.equal(forged.position);
    expect(first?.differences[0]).to.contain('The log offers');
    await writeFile(path, lines.join('\n').slice(0, -30));
    const cut = await cli(['replay', '--file', path, '--steps', '--no-console']);
    expect(cut.code).to.equal(exitCodes.failed);
    expect(cut.stderr).to.match(/Line \d+ is no event of an export: it is not JSON/);
  });
});
