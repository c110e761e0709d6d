import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentRow, ProjectionRow, StoredEvent } from '@ampora/api-contract';
import { exitCodes } from '@ampora/cli';
import { createFleet, type Fleet } from '@ampora/fleet-sim';
import { expect } from 'chai';
import { type AmporaProcess, startAmpora } from '../system/ampora-process.ts';
import { freePort } from '../system/free-ports.ts';
import { startGroup } from '../system/process-group.ts';
import { type CliOptions, type CliRun, runCli } from '../system/run-cli.ts';
import { waitUntil, waitUntilSteady } from '../system/wait-until.ts';

const good = (timeout: string) => `receivers:
  otlp:
    protocols:
      grpc:
        endpoint: 127.0.0.1:4317
processors:
  batch:
    timeout: ${timeout}
exporters:
  debug:
service:
  pipelines:
    traces:
      receivers: [otlp]
      processors: [batch]
      exporters: [debug]
`;
/** The list of the fourth line is never closed; YAML notices at the fifth. */
const broken = 'receivers:\n  otlp:\nservice:\n  extensions: [a, b\n  pipelines: {}\n';
const agents = 8;

/** A CloudEvents line of an export. */
interface ExportedEvent {
  readonly id: string;
  readonly position: string;
  readonly type: string;
  readonly subject: string;
}

describe('the command line against a running server', function () {
  this.timeout(180_000);
  let ampora: AmporaProcess;
  let fleet: Fleet;
  let folder: string;
  const cli = (args: readonly string[], options: CliOptions = {}): Promise<CliRun> =>
    runCli(args, { ...options, env: { AMPORA_URL: ampora.url, ...options.env } });
  const itemsOf = <Item>({ code, stdout, stderr }: CliRun): readonly Item[] => {
    expect(code, stderr).to.equal(exitCodes.ok);
    return (JSON.parse(stdout) as { items: Item[] }).items;
  };
  const file = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ampora-cli-'));
    ampora = await startAmpora({ args: ['--no-console'] });
    fleet = createFleet({
      endpoint: ampora.opampEndpoint('websocket'),
      agents,
      seed: 3,
      heartbeatMs: 2_000,
      pace: 0.05,
      characters: { healthy: 7, 'refuses-config': 1 },
    });
    await fleet.start();
    await waitUntil('the fleet being connected', () => fleet.statistics().acknowledged === agents);
    await ampora.client.caughtUp();
  });
  after(async () => {
    await fleet.stop();
    await ampora.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  it('lists the fleet for programs and for people, filtered and sorted by the server', async () => {
    const rows = itemsOf<AgentRow>(await cli(['agents', 'list', '-o', 'json', '--sort', 'displayName']));
    expect(rows.map(({ instanceUid }) => instanceUid)).to.have.members(
      fleet.agents.map(({ uidText }) => uidText),
    );
    expect(rows.map(({ displayName }) => displayName)).to.deep.equal(
      rows.map(({ displayName }) => displayName).toSorted(),
    );
    expect(itemsOf(await cli(['agents', 'list', '-o', 'json', '--connected', 'false']))).to.deep.equal([]);
    expect(itemsOf(await cli(['agents', 'list', '-o', 'json', '--limit', '3']))).to.have.length(3);
    const [row] = rows;
    const table = await cli(['agents', 'list', '--search', row!.instanceUid]);
    expect(table.stdout.split('\n')[0]).to.match(/^NAME +TYPE +VERSION +CONNECTED +HEALTH +DRIFT /);
    expect(table.stdout).to.contain(row!.id);
    const shown = await cli(['agents', 'show', row!.instanceUid, '-o', 'json']);
    expect((JSON.parse(shown.stdout) as AgentRow).id).to.equal(row!.id);
    const names = await cli(['agents', 'list', '-o', 'name']);
    expect(names.stdout.trim().split('\n')).to.have.members(rows.map(({ id }) => id));
  });

  it('shows the fleet as it was, by position and by time, and says what a moment looks like', async () => {
    const events = await ampora.client.allEvents();
    const secondEnrolment = events.filter(({ type }) => type === 'AgentEnrolled')[1]!;
    const justBefore = String(BigInt(secondEnrolment.position) - 1n);
    expect(itemsOf(await cli(['agents', 'list', '-o', 'json', '--at', justBefore]))).to.have.length(1);
    expect(
      itemsOf(await cli(['agents', 'list', '-o', 'json', '--at', secondEnrolment.position])),
    ).to.have.length(2);
    const first = events[0]!;
    expect(itemsOf(await cli(['agents', 'list', '-o', 'json', '--at', first.recordedAt]))).to.deep.equal([]);
    const wrong = await cli(['agents', 'list', '--at', 'yesterday']);
    expect(wrong.code).to.equal(exitCodes.usage);
    expect(wrong.stderr).to.match(/at: .*RFC 3339/i);
  });

  it('applies a good file: created, published, assigned to all, and the fleet runs it', async () => {
    const path = await file('edge.yaml', good('1s'));
    const applied = await cli(['configs', 'apply', '-f', path, '--publish', '--assign', 'all', '-o', 'json']);
    expect(applied.code, applied.stderr).to.equal(exitCodes.ok);
    const [first] = (JSON.parse(applied.stdout) as { items: object[] }).items;
    expect(first).to.deep.include({
      name: 'edge',
      version: 1,
      action: 'created',
      status: 'Published',
      assigned: 'all',
    });
    await waitUntil('the fleet having taken it or refused it', async () => {
      const rows = itemsOf<AgentRow>(
        await cli(['agents', 'list', '-o', 'json', '--status', 'applied,failed']),
      );
      return rows.length === agents && rows.filter((row) => row.remoteConfigStatus === 'failed').length === 1;
    });
    const again = await cli(['configs', 'apply', '-f', path, '--publish']);
    expect(again).to.deep.include({ code: exitCodes.ok, stdout: '= edge@1 unchanged\n' });
    const read = await cli(['configs', 'show', 'edge@1']);
    expect(read.stdout).to.equal(good('1s'));
  });

  it('refuses a broken file with its line and column, and publishes nothing of it', async () => {
    const path = await file('broken.yaml', broken);
    const applied = await cli(['configs', 'apply', '-f', path, '--publish', '--assign', 'all']);
    expect(applied.code, applied.stderr).to.equal(exitCodes.refused);
    expect(applied.stderr).to.match(/\n {2}line [45]:\d+: /);
    const listed = itemsOf<{ name: string; publishedVersion: number | null }>(
      await cli(['configs', 'list', '-o', 'json']),
    );
    expect(listed.find(({ name }) => name === 'broken')?.publishedVersion ?? null).to.equal(null);
    expect(
      itemsOf<AgentRow>(await cli(['agents', 'list', '-o', 'json', '--configuration', 'edge'])),
    ).to.have.length(agents);
    const missing = await cli(['configs', 'apply', '-f', join(folder, 'not-there.yaml')]);
    expect(missing).to.deep.include({ code: exitCodes.failed, stdout: '' });
    expect(missing.stderr).to.match(/not-there\.yaml cannot be read \(ENOENT\)/);
    const unpublished = await cli(['configs', 'apply', '-f', path, '--assign', 'all']);
    expect(unpublished.code).to.equal(exitCodes.usage);
  });

  it('compares: 0 for the same text, 2 and the lines for another one', async () => {
    const same = await cli(['configs', 'diff', 'edge', '-f', await file('same.yaml', good('1s'))]);
    expect(same).to.deep.equal({ code: exitCodes.ok, stdout: '', stderr: '' });
    const other = await cli(['configs', 'diff', 'edge@1', '-f', '-'], { input: good('9s') });
    expect(other.code).to.equal(exitCodes.differences);
    expect(other.stdout).to.match(/^--- edge@1\n\+\+\+ -\n@@ -\d+,\d+ \+\d+,\d+ @@\n/);
    expect(other.stdout).to.contain('\n-    timeout: 1s\n+    timeout: 9s\n');
    const next = await file('edge.yaml', good('2s'));
    expect((await cli(['configs', 'apply', '-f', next, '--publish'])).stdout).to.equal(
      '~ edge@2 published\n',
    );
    expect((await cli(['configs', 'diff', 'edge@1', '2'])).code).to.equal(exitCodes.differences);
    expect((await cli(['configs', 'diff', 'edge@2', 'edge@2'])).code).to.equal(exitCodes.ok);
    const unknown = await cli(['configs', 'diff', 'nothing', '2']);
    expect(unknown.code).to.equal(exitCodes.notFound);
    expect(unknown.stderr).to.contain('There is no configuration “nothing”');
  });

  it('applies a folder: a plan first, nothing of it when one file is refused, and each file by its own name', async () => {
    const place = join(folder, 'many');
    await mkdir(join(place, 'sub'), { recursive: true });
    await writeFile(join(place, 'one.yaml'), good('1s'));
    await writeFile(join(place, 'sub', 'any.yml'), `# ampora.name: two\n${good('2s')}`);
    await writeFile(join(place, 'notes.txt'), 'no configuration');
    const plan = await cli(['configs', 'apply', '-f', place, '--publish', '--dry-run']);
    expect(plan).to.deep.include({
      code: exitCodes.ok,
      stdout: '+ one@1 created, published (dry run)\n+ two@1 created, published (dry run)\n',
    });
    const bad = await file('bad.yaml', broken);
    const refused = await cli(['configs', 'apply', '-f', place, '-f', bad, '--publish']);
    expect(refused.code).to.equal(exitCodes.refused);
    expect(refused.stderr).to.contain('bad.yaml:');
    const names = async () =>
      itemsOf<{ name: string }>(await cli(['configs', 'list', '-o', 'json'])).map(({ name }) => name);
    expect(await names()).not.to.include('one');
    const applied = await cli(['configs', 'apply', '-f', place, '--publish', '-o', 'name']);
    expect(applied.stdout).to.equal('one@1\ntwo@1\n');
    await writeFile(join(place, 'one.yaml'), good('1000ms'));
    const again = await cli(['configs', 'apply', '-f', place, '--publish']);
    expect(again.stdout).to.equal('~ one@2 published, means what version 1 means\n= two@1 unchanged\n');
    const utf16 = await file('utf16.yaml', '');
    await writeFile(utf16, Buffer.from('\uFEFFa: 1\n', 'utf16le'));
    const wrong = await cli(['configs', 'apply', '-f', utf16]);
    expect(wrong.code).to.equal(exitCodes.failed);
    expect(wrong.stderr).to.contain('is UTF-16');
  });

  it('tags, goes back, archives and deletes, and says why not', async () => {
    const ok = async (...args: string[]) => {
      const run = await cli(['configs', ...args]);
      expect(run.code, run.stderr).to.equal(exitCodes.ok);
      return run;
    };
    expect((await ok('tag', 'one@1', 'golden')).stderr).to.equal('one@1 tagged golden.\n');
    expect((await ok('tag', 'one@2', 'golden')).stderr).to.equal('one@2 tagged golden (was on 1).\n');
    expect((await ok('get', 'one@golden')).stdout).to.equal(good('1000ms'));
    expect((await cli(['configs', 'diff', 'one@1', '@golden'])).code).to.equal(exitCodes.differences);
    expect(await cli(['configs', 'diff', 'one@1', '@golden', '--semantic'])).to.deep.include({
      code: exitCodes.ok,
      stdout: '',
    });
    expect((await ok('revert', 'one@1', '-o', 'json')).stdout).to.match(/"version": 3/);
    expect((await ok('drafts', 'one', '-o', 'name')).stdout).to.equal('one@3\n');
    await ok('discard', 'one@3');
    const kept = await cli(['configs', 'archive', 'one@golden']);
    expect(kept.code).to.equal(exitCodes.refused);
    expect(kept.stderr).to.contain('tagged golden');
    await ok('untag', 'one@golden');
    await ok('archive', 'one@2');
    await ok('unarchive', 'one@2');
    const versions = await ok('versions', 'one', '--status', 'Published', '-o', 'name');
    expect(versions.stdout).to.equal('one@2\none@1\n');
    const used = await cli(['configs', 'delete', 'edge']);
    expect(used.code).to.equal(exitCodes.refused);
    expect(used.stderr).to.match(/in use by all agents .*configuration\/in-use/);
    await ok('delete', 'one@1');
    await ok('delete', 'one');
    expect((await cli(['configs', 'get', 'one'])).code).to.equal(exitCodes.notFound);
    const out = join(folder, 'exported');
    await ok('export', 'two', '-d', out);
    expect(await readFile(join(out, 'two.yaml'), 'utf8')).to.equal(`# ampora.name: two\n${good('2s')}`);
  });

  it('makes a configuration of what an agent runs', async () => {
    const [row] = itemsOf<AgentRow>(
      await cli(['agents', 'list', '-o', 'json', '--status', 'applied', '--limit', '1']),
    );
    const made = await cli(['configs', 'import', '--agent', row!.id, '--name', 'imported', '-o', 'json']);
    expect(made.code, made.stderr).to.equal(exitCodes.ok);
    expect(JSON.parse(made.stdout)).to.include({ name: 'imported', version: 1 });
    const text = await cli(['configs', 'get', 'imported']);
    expect(text.stdout).to.contain('receivers:');
    expect(text.stdout).not.to.contain('opamp');
  });

  it('lets the next command see what the last one wrote', async () => {
    const made = await cli(['configs', 'create', 'quick', '-f', await file('quick.yaml', good('3s'))]);
    expect(made.code, made.stderr).to.equal(exitCodes.ok);
    const published = await cli(['configs', 'publish', 'quick']);
    expect(published.code, published.stderr).to.equal(exitCodes.ok);
    const assigned = await cli(['configs', 'assign', 'quick', fleet.agents[0]!.uidText]);
    expect(assigned.code, assigned.stderr).to.equal(exitCodes.ok);
    expect(
      itemsOf<AgentRow>(await cli(['agents', 'list', '-o', 'json', '--configuration', 'quick'])),
    ).to.have.length(1);
    const unassigned = await cli(['configs', 'unassign', fleet.agents[0]!.uidText]);
    expect(unassigned.code, unassigned.stderr).to.equal(exitCodes.ok);
    expect(
      itemsOf<AgentRow>(await cli(['agents', 'list', '-o', 'json', '--configuration', 'quick'])),
    ).to.deep.equal([]);
  });

  it('exports the log: the same events as the API, whole or narrowed', async () => {
    const settled = await waitUntilSteady(
      'the log being quiet',
      async () => (await ampora.client.allEvents()).length,
      { quietMs: 1_500 },
    );
    const events = await ampora.client.allEvents();
    expect(events).to.have.length(settled);
    const middle = events[Math.floor(settled / 2)]!.position;
    const whole = join(folder, 'whole.jsonl');
    const exported = await cli(['events', 'export', '--no-proofs', '--output', whole]);
    expect(exported.code, exported.stderr).to.equal(exitCodes.ok);
    const lines = (await readFile(whole, 'utf8')).trimEnd().split('\n').slice(0, settled);
    const told = lines.map((line) => JSON.parse(line) as ExportedEvent);
    expect(told.map(({ id, position, type, subject }) => [position, id, type, subject])).to.deep.equal(
      events.map(({ id, position, type, streamId }) => [position, id, type, streamId]),
    );
    const some = await cli(['events', 'export', '--no-proofs', '--type', 'AgentEnrolled', '--until', middle]);
    const narrowed = some.stdout.trimEnd().split('\n');
    expect(narrowed.map((line) => (JSON.parse(line) as ExportedEvent).type)).to.deep.equal(
      Array.from({ length: agents }, () => 'AgentEnrolled'),
    );
    expect((await cli(['events', 'export', '--since', 'start'])).code).to.equal(exitCodes.usage);
  });

  it('shows the newest events, and follows', async () => {
    const events = await ampora.client.allEvents();
    const enrolled = events.filter(({ type }) => type === 'AgentEnrolled');
    const tail = itemsOf<StoredEvent>(
      await cli(['events', 'tail', '-n', '3', '--type', 'AgentEnrolled', '-o', 'json']),
    );
    expect(tail).to.deep.equal(enrolled.slice(-3));
    const following = startGroup({
      name: 'ampora events tail',
      command: process.execPath,
      args: [
        'packages/cli/bin/ampora.mjs',
        'events',
        'tail',
        '--follow',
        '-n',
        '1',
        '--type',
        'ConfigurationCreated',
        '-o',
        'json',
      ],
      cwd: join(import.meta.dirname, '../..'),
      env: { ...process.env, AMPORA_URL: ampora.url },
    });
    try {
      await following.waitForOutput(/"type":"ConfigurationCreated"/);
      const { configurationId } = await ampora.client.publish('followed', good('5s'));
      await following.waitForOutput(new RegExp(configurationId));
      following.signalLeader('SIGINT');
      expect(await following.waitForExit(10_000)).to.deep.equal({ code: 0, signal: null });
    } finally {
      await following.killHard();
    }
  });

  it('lists read models, and builds one anew until it serves', async () => {
    const before = itemsOf<ProjectionRow>(await cli(['projections', 'list', '-o', 'json']));
    expect(before.map(({ name }) => name)).to.include('fleet');
    expect(before.map(({ state }) => state)).to.satisfy((states: string[]) =>
      states.every((state) => state === 'serving'),
    );
    const rebuilt = await cli(['projections', 'rebuild', 'fleet', '--wait', '--timeout', '60s']);
    expect(rebuilt.code, rebuilt.stderr).to.equal(exitCodes.ok);
    const after = itemsOf<ProjectionRow>(await cli(['projections', 'list', '-o', 'json']));
    const fleetOf = (rows: readonly ProjectionRow[]) => rows.filter(({ name }) => name === 'fleet');
    expect(fleetOf(after).map(({ state }) => state)).to.deep.equal(['serving']);
    expect(fleetOf(after)[0]!.updatedAt > fleetOf(before)[0]!.updatedAt).to.equal(true);
    expect(itemsOf(await cli(['agents', 'list', '-o', 'json']))).to.have.length(agents);
    const unknown = await cli(['projections', 'rebuild', 'nothing']);
    expect(unknown.code).to.equal(exitCodes.notFound);
  });

  it('is examined by the doctor while it runs', async () => {
    const doctor = await runCli(['doctor', '-o', 'json'], { env: { Data__Directory: ampora.dataDirectory } });
    const findings = itemsOf<{ name: string; state: string; detail: string }>(doctor);
    const of = (name: string) => findings.find((finding) => finding.name === name);
    expect(of('data directory')?.detail).to.contain(`in use by process ${String(ampora.pid())}`);
    for (const name of ['database', 'event-log', 'disk', 'opamp-edge', 'read-models'])
      expect(of(name), name).to.include({ state: 'ok' });
    expect(findings.some(({ name }) => name.startsWith('read model fleet'))).to.equal(true);
    const table = await runCli(['doctor'], { env: { Data__Directory: ampora.dataDirectory } });
    expect(table.stdout).to.match(/^ok +Node /);
  });

  it('ends with the usage code for a wrong command line, and helps', async () => {
    for (const [args, message] of [
      [['agnets'], /unknown command 'agnets'[^]*ampora --help/],
      [['agents', 'lsit'], /unknown command 'lsit'/],
      [['agents', 'list', '--colour'], /unknown option '--colour'/],
      [['agents', 'list', '-o', 'xml'], /Allowed choices are table, json, yaml, name/],
      [['configs', 'apply'], /required option '-f, --file <file>'/],
      [['agents', 'show'], /missing required argument 'agent'/],
      [['events', 'tail', '-n', 'many'], /whole number from 1/],
      [['agents', 'list', '--url', 'localhost'], /address such as http:/],
      [['agents', 'list', '--healthy', 'perhaps'], /healthy/],
    ] as const) {
      const { code, stdout, stderr } = await cli(args);
      expect(code, `${args.join(' ')}: ${stderr}`).to.equal(exitCodes.usage);
      expect(stderr).to.match(message);
      expect(stdout).to.equal('');
    }
    const bare = await cli(['agents', 'show', 'nobody']);
    expect(bare.code).to.equal(exitCodes.notFound);
    expect((await cli(['--help'])).code).to.equal(exitCodes.ok);
  });

  it('says that nobody answers, and how to mend it', async () => {
    const url = `http://127.0.0.1:${String(await freePort())}`;
    for (const args of [
      ['agents', 'list'],
      ['configs', 'list'],
      ['events', 'tail'],
      ['projections', 'list'],
    ]) {
      const { code, stdout, stderr } = await cli([...args, '--url', url]);
      expect(code, stderr).to.equal(exitCodes.unreachable);
      expect(stderr).to.equal(
        `No server answers at ${url} (ECONNREFUSED). Start one with ampora serve, or name another with --url or AMPORA_URL.\n`,
      );
      expect(stdout).to.equal('');
    }
  });
});
