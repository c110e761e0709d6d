import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFleet, type Fleet } from '@ampora/fleet-sim';
import { instanceUidToText } from '@ampora/opamp-protocol';
import { type ThrowAwayPostgres, throwAwayPostgres } from '@ampora/testkit/postgres';
import { expect } from 'chai';
import { fullState, type HttpAnswer, RawAgent, RawPoller, text } from '../conformance/raw-agent.ts';
import { type AmporaProcess, startAmpora } from '../system/ampora-process.ts';
import { missingFacts, readLedger } from '../system/answered-reports.ts';
import { waitUntil } from '../system/wait-until.ts';

/** error_response.type of the protocol: come again later. */
const UNAVAILABLE = 2;
/** An append waits 15 s for a database that is gone and 30 s for one that hangs; the answer comes some time after that. */
const REFUSAL_MS = 60_000;
const RECOVERY_MS = 120_000;
const agents = 20;

const config = (seconds: number) => `receivers:
  otlp:
    protocols:
      grpc:
        endpoint: 127.0.0.1:4317
processors:
  batch:
    timeout: ${String(seconds)}s
exporters:
  debug:
service:
  pipelines:
    traces:
      receivers: [otlp]
      processors: [batch]
      exporters: [debug]
`;

const description = (name: string) => ({ agentDescription: fullState(name).agentDescription });

/** What a face of the server answers. */
interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly retryAfter: number;
}

async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(REFUSAL_MS) });
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, body, retryAfter: Number(response.headers.get('retry-after')) };
}

/** The parts that `/health/ready` names as not ready, with their reasons. */
async function notReadyParts(ampora: AmporaProcess): Promise<Record<string, string>> {
  const { status, body } = await ask(`${ampora.url}/health/ready`);
  const checks = (body['checks'] ?? []) as { name: string; ready: boolean; detail?: string }[];
  const red = checks.filter(({ ready }) => !ready).map(({ name, detail = '' }) => [name, detail] as const);
  expect(status, JSON.stringify(body)).to.equal(red.length > 0 ? 503 : 200);
  return Object.fromEntries(red);
}

async function isLive(ampora: AmporaProcess): Promise<void> {
  expect((await fetch(`${ampora.url}/health/live`)).status).to.equal(200);
}

/** A small fleet that lives and changes all the time, with a ledger of what it was answered. */
async function startFleet(ampora: AmporaProcess, ledgerPath: string): Promise<Fleet> {
  const fleet = createFleet({
    endpoint: ampora.opampEndpoint('websocket'),
    agents,
    httpShare: 0.2,
    seed: 7,
    heartbeatMs: 1_000,
    pace: 0.1,
    changesPerMinute: 30,
    ledgerPath,
    characters: { healthy: 6, 'slow-to-apply': 1, 'refuses-config': 1, 'edits-own-config': 1 },
  });
  await fleet.start();
  await ampora.client.assignToAll(await ampora.client.publish('before', config(1)));
  await waitUntil('the fleet having applied', () => fleet.statistics().applied >= agents / 2, {
    context: () => JSON.stringify(fleet.statistics()),
  });
  return fleet;
}

/** Everybody is back, is told what to run, and everything that anybody was promised is in the log. */
async function expectNothingLost(ampora: AmporaProcess, fleet: Fleet, ledgerPath: string): Promise<void> {
  await waitUntil('every agent being answered', () => fleet.statistics().acknowledged >= agents, {
    timeoutMs: RECOVERY_MS,
    context: () => JSON.stringify(fleet.statistics()),
  });
  const appliedBefore = fleet.statistics().applied;
  await ampora.client.assignToAll(await ampora.client.publish('afterwards', config(2)));
  await waitUntil('a new assignment reaching the fleet', () => fleet.statistics().applied > appliedBefore, {
    timeoutMs: 60_000,
    context: () => JSON.stringify(fleet.statistics()),
  });
  const { repeatedOffers, unwantedOffers } = fleet.statistics();
  await fleet.stop();
  expect({ repeatedOffers, unwantedOffers }).to.deep.equal({ repeatedOffers: 0, unwantedOffers: 0 });
  await ampora.client.caughtUp();
  const answered = await readLedger(ledgerPath);
  expect(answered.length).to.be.greaterThan(agents);
  expect(missingFacts(answered, await ampora.client.allEvents()).slice(0, 5)).to.deep.equal([]);
}

/** The names under which an agent was ever known to the log. */
async function namesOf(ampora: AmporaProcess, uid: Uint8Array): Promise<readonly string[]> {
  const row = await ampora.client.agentByUid(instanceUidToText(uid));
  if (row === undefined) return [];
  const events = await ampora.client.agentEvents(row.id);
  return events
    .filter(({ type }) => type === 'AgentDescriptionReported')
    .map(({ data }) => /"service\.name"[^}]*?"(before|lost|after)"/.exec(JSON.stringify(data))?.[1] ?? '?');
}

describe('PostgreSQL goes away', function () {
  this.timeout(400_000);
  let postgres: ThrowAwayPostgres;
  let ampora: AmporaProcess | undefined;
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ampora-faults-'));
    postgres = await throwAwayPostgres({ own: true });
    const { connectionString } = await postgres.createDatabase();
    ampora = await startAmpora({
      args: ['--no-console'],
      settings: { ConnectionStrings__Ampora: connectionString },
    });
  });
  afterEach(async () => {
    await ampora?.dispose();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('acknowledges no report and no write, says so, and goes on by itself when it is back', async () => {
    const server = ampora!;
    const ledgerPath = join(folder, 'answered.jsonl');
    const fleet = await startFleet(server, ledgerPath);
    const agent = await RawAgent.connect(server.opampEndpoint('websocket'));
    expect((await agent.ask(fullState('before'))).errorResponse).to.equal(undefined);
    const poller = new RawPoller(Number(new URL(server.opampEndpoint('http')).port));
    expect((await poller.post(fullState('before'))).status).to.equal(200);

    await postgres.killHard();
    agent.send(description('lost'));
    const polled = poller.post(description('lost'));
    const written = ask(`${server.url}/api/configurations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'lost', body: config(3) }),
    });
    const red = await waitUntil('/health/ready being red', async () => {
      const parts = await notReadyParts(server);
      return Object.keys(parts).length > 0 && parts;
    });
    expect(red).to.include.keys('database', 'event-log');
    await isLive(server);
    const read = await ask(`${server.url}/api/agents`);
    expect([read.status, read.body['code']]).to.deep.equal([503, 'storage/unavailable']);
    expect(read.retryAfter).to.be.greaterThan(0);

    const refused = await agent.next(REFUSAL_MS);
    expect(refused.errorResponse?.type).to.equal(UNAVAILABLE);
    const { status, headers }: HttpAnswer = await polled;
    expect(status).to.equal(503);
    expect(Number(headers['retry-after'])).to.be.greaterThan(0);
    const write = await written;
    expect([write.status, write.body['code']]).to.deep.equal([503, 'storage/unavailable']);
    await isLive(server);

    await postgres.restart();
    await waitUntil('the server being ready again', () => server.client.isReady(), {
      timeoutMs: RECOVERY_MS,
      context: () => server.lastOutput(),
    });
    expect((await agent.ask(fullState('after'))).errorResponse).to.equal(undefined);
    expect((await poller.post(fullState('after'))).status).to.equal(200);
    await expectNothingLost(server, fleet, ledgerPath);
    for (const { uid } of [agent, poller])
      expect(await namesOf(server, uid)).to.deep.equal(['before', 'after']);
    await agent.leave();
  });

  it('keeps reports waiting through a short absence, and stores each of them once', async () => {
    const server = ampora!;
    const ledgerPath = join(folder, 'answered.jsonl');
    const fleet = await startFleet(server, ledgerPath);
    const agent = await RawAgent.connect(server.opampEndpoint('websocket'));
    await agent.ask(fullState('before'));
    await postgres.killHard();
    agent.send(description('after'));
    await waitUntil(
      '/health/ready being red',
      async () => Object.keys(await notReadyParts(server)).length > 0,
    );
    expect(agent.unread, 'answers while nothing could be stored').to.deep.equal([]);
    await postgres.restart();
    const answer = await agent.next(REFUSAL_MS);
    expect(answer.errorResponse).to.equal(undefined);
    await waitUntil('the server being ready again', () => server.client.isReady(), {
      timeoutMs: RECOVERY_MS,
    });
    await expectNothingLost(server, fleet, ledgerPath);
    expect(await namesOf(server, agent.uid)).to.deep.equal(['before', 'after']);
    await agent.leave();
  });
});

/** A server of PostgreSQL and its sessions. */
function familyOf(postmaster: number): readonly number[] {
  const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8');
  return [postmaster, ...children.split(' ').filter(Boolean).map(Number)];
}

const canFreeze = existsSync('/proc/self/task');

describe(`PostgreSQL hangs${canFreeze ? '' : ' (skipped: needs Linux)'}`, function () {
  this.timeout(400_000);
  let ampora: AmporaProcess | undefined;
  let folder: string;
  let frozen: readonly number[] = [];
  before(async function () {
    if (!canFreeze) this.skip();
    folder = await mkdtemp(join(tmpdir(), 'ampora-faults-'));
    ampora = await startAmpora({ args: ['--no-console'] });
  });
  after(async () => {
    thaw();
    await ampora?.dispose();
    if (folder) await rm(folder, { recursive: true, force: true });
  });
  const freeze = (): void => {
    const file = readFileSync(join(ampora!.dataDirectory, 'postgres/postmaster.pid'), 'utf8');
    const postmaster = Number(file.split('\n', 1)[0]);
    // First of all it stops making sessions; then there are no more of them than are listed.
    process.kill(postmaster, 'SIGSTOP');
    frozen = familyOf(postmaster);
    for (const pid of frozen.slice(1)) process.kill(pid, 'SIGSTOP');
  };
  const thaw = (): void => {
    for (const pid of frozen) process.kill(pid, 'SIGCONT');
    frozen = [];
  };

  it('keeps nobody waiting for ever: acknowledges nothing, says so, and goes on when it moves again', async () => {
    const server = ampora!;
    const ledgerPath = join(folder, 'answered.jsonl');
    const fleet = await startFleet(server, ledgerPath);
    const agent = await RawAgent.connect(server.opampEndpoint('websocket'));
    await agent.ask(fullState('before'));
    freeze();
    agent.send(description('lost'));
    const read = ask(`${server.url}/api/agents`);
    const red = await waitUntil('/health/ready being red', async () => {
      const parts = await notReadyParts(server);
      return Object.keys(parts).length > 0 && parts;
    });
    expect(red['database']).to.match(/^no answer within \d+ ms$/);
    expect(red).to.include.keys('event-log');
    await isLive(server);
    const { status, body } = await read;
    expect([status, body['code']]).to.deep.equal([503, 'storage/unavailable']);
    const refused = await agent.next(REFUSAL_MS);
    expect(refused.errorResponse?.type).to.equal(UNAVAILABLE);

    thaw();
    await waitUntil('the server being ready again', () => server.client.isReady(), {
      timeoutMs: RECOVERY_MS,
      context: () => server.lastOutput(),
    });
    expect((await agent.ask(fullState('after'), REFUSAL_MS)).errorResponse).to.equal(undefined);
    await expectNothingLost(server, fleet, ledgerPath);
    // Nobody was promised the report in the middle, and it may have been stored all the same.
    expect(await namesOf(server, agent.uid)).to.satisfy((names: string[]) =>
      ['before,after', 'before,lost,after'].includes(names.join()),
    );
    await agent.leave();
  });
});

/** Whether this process may mount a file system that only it and its children see. */
function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    const script = 'mount -t tmpfs -o size=1m tmpfs "$1"';
    execFileSync('unshare', ['-m', '--propagation', 'private', 'sh', '-c', script, 'sh', tmpdir()], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

describe(`a full disk${canMount() ? '' : ' (skipped: needs root and mount)'}`, function () {
  this.timeout(600_000);
  let ampora: AmporaProcess | undefined;
  let folder: string;
  let postmaster = 0;
  /** The data directory as the server sees it: on a small disk of its own. */
  const within = (path: string) => join('/proc', String(ampora!.pid()), 'root', ampora!.dataDirectory, path);
  before(async function () {
    if (!canMount()) this.skip();
    folder = await mkdtemp(join(tmpdir(), 'ampora-faults-'));
    const script = 'mkdir -p "$1" && mount -t tmpfs -o size=256m,mode=0755 tmpfs "$1" && shift && exec "$@"';
    ampora = await startAmpora({
      args: ['--no-console'],
      wrap: (command, dataDirectory) => [
        'unshare',
        '-m',
        '--propagation',
        'private',
        'sh',
        '-c',
        script,
        'sh',
        dataDirectory,
        ...command,
      ],
    });
    postmaster = Number(readFileSync(within('postgres/postmaster.pid'), 'utf8').split('\n', 1)[0]);
  });
  after(async () => {
    if (ampora !== undefined && existsSync(within('postgres/postmaster.pid')))
      postmaster = Number(readFileSync(within('postgres/postmaster.pid'), 'utf8').split('\n', 1)[0]);
    await ampora?.dispose();
    // Nobody outside sees its files: whatever `dispose` could not stop is known by its number.
    if (existsSync(`/proc/${postmaster}/comm`)) {
      const name = readFileSync(`/proc/${postmaster}/comm`, 'utf8').trim();
      if (name === 'postgres') process.kill(postmaster, 'SIGQUIT');
    }
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  it('acknowledges nothing that it cannot store, says so, and goes on by itself when there is room', async () => {
    const server = ampora!;
    const ledgerPath = join(folder, 'answered.jsonl');
    const fleet = await startFleet(server, ledgerPath);
    const agent = await RawAgent.connect(server.opampEndpoint('websocket'));
    await agent.ask(fullState('before'));
    const filler = within('filler');
    await fill(filler);

    const red = await waitUntil('/health/ready being red', async () => {
      const parts = await notReadyParts(server);
      return Object.keys(parts).length > 0 && parts;
    });
    expect(red['disk']).to.match(/ MiB left on the disk of .*: free some space there$/);
    await isLive(server);

    // What was set aside before takes some more; at some report it is used up.
    const promised: string[] = [];
    const refused = await waitUntil(
      'a report being refused',
      async () => {
        const body = randomBytes(192 * 1024).toString('base64');
        const answer = await agent.ask(
          {
            effectiveConfig: {
              configMap: { configMap: { '': { body: text(`# ${body}\n`), contentType: 'text/yaml' } } },
            },
          },
          REFUSAL_MS,
        );
        if (answer.errorResponse !== undefined) return answer;
        promised.push(body);
        return undefined;
      },
      { timeoutMs: 120_000, everyMs: 1, context: () => server.lastOutput() },
    );
    expect(refused.errorResponse?.type).to.equal(UNAVAILABLE);
    const written = await ask(`${server.url}/api/configurations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        name: 'lost',
        body: `${config(3)}# ${randomBytes(192 * 1024).toString('base64')}\n`,
      }),
    });
    expect([written.status, written.body['code']]).to.deep.equal([503, 'storage/unavailable']);
    expect(await notReadyParts(server)).to.include.keys('disk', 'event-log');
    await isLive(server);

    await rm(filler);
    await waitUntil(
      'reports being stored again',
      async () => {
        const again = await agent.ask(fullState('after'), REFUSAL_MS);
        return again.errorResponse === undefined;
      },
      { timeoutMs: RECOVERY_MS, everyMs: 500, context: () => server.lastOutput() },
    );
    await waitUntil('the server being ready again', () => server.client.isReady(), {
      timeoutMs: RECOVERY_MS,
      context: () => server.lastOutput(),
    });
    await expectNothingLost(server, fleet, ledgerPath);
    expect(await namesOf(server, agent.uid)).to.deep.equal(['before', 'after']);
    const row = await server.client.agentByUid(instanceUidToText(agent.uid));
    const kept = (await server.client.agentEvents(row!.id)).filter(
      ({ type }) => type === 'AgentEffectiveConfigReported',
    );
    // The text of the first full state comes again with the last one: news only if another one was stored between them.
    expect(kept).to.have.length(promised.length === 0 ? 1 : promised.length + 2);
    await agent.leave();
  });
});

/** Writes until there is no room for another block. */
async function fill(path: string): Promise<void> {
  for (const size of [1 << 20, 1 << 12]) {
    const block = Buffer.alloc(size, 1);
    for (;;) {
      try {
        await writeFile(path, block, { flag: 'a' });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOSPC') break;
        throw error;
      }
    }
  }
}
