import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { silentLogger, StartupError } from '@ampora/platform';
import { expect } from 'chai';
import pg from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './start-embedded-postgres.ts';
import { postgresProcesses, readPidFile } from './postmaster.ts';
import { waitUntil } from './wait-until.ts';

const fixture = fileURLToPath(new URL('./keep-postgres.fixture.ts', import.meta.url));
const isRoot = process.getuid?.() === 0;

async function ask(connectionString: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

interface Kept {
  readonly process: ChildProcess;
  readonly connectionString: string;
  readonly pid: number;
  readonly began: string;
}

async function keepPostgres(directory: string, prefix: readonly string[] = []): Promise<Kept> {
  const [program = '', ...args] = [...prefix, process.execPath, fixture, directory];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, 'line'), once(child, 'close')]);
  if (typeof first[0] !== 'string') throw new Error(`The keeper ended: ${errors}`);
  return { process: child, ...(JSON.parse(first[0]) as Omit<Kept, 'process'>) };
}

describe('the embedded PostgreSQL', () => {
  let directory: string;
  let cluster: string;
  const running: EmbeddedPostgres[] = [];
  const children: ChildProcess[] = [];

  const start = async (options: { onStateChange?: (state: 'down' | 'up') => void } = {}) => {
    const server = await startEmbeddedPostgres({
      dataDirectory: directory,
      logger: silentLogger,
      ...options,
    });
    running.push(server);
    return server;
  };
  const keep = async (prefix?: readonly string[]) => {
    const kept = await keepPostgres(directory, prefix);
    children.push(kept.process);
    return kept;
  };

  beforeEach(async () => {
    // 0700 as mkdtemp makes it: as root, PostgreSQL's own user cannot even look through this directory.
    directory = join(await mkdtemp(join(tmpdir(), 'ampora-spec-')), 'data');
    await mkdir(directory, { mode: 0o711 });
    cluster = join(directory, 'postgres');
  });

  afterEach(async () => {
    for (const server of running.splice(0)) await server.stop();
    for (const child of children.splice(0)) child.kill('SIGKILL');
    for (const pid of existsSync(cluster) ? postgresProcesses(cluster) : []) process.kill(pid, 'SIGKILL');
    await waitUntil(() => !existsSync(cluster) || postgresProcesses(cluster).length === 0, 10_000);
    await rm(join(directory, '..'), { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  });

  it('is a real, durable server that only this machine reaches, and keeps what was written', async () => {
    const first = await start();
    expect(first.began).to.equal('created');
    const settings = await ask(
      first.connectionString,
      `select name, setting from pg_settings where name in
        ('fsync', 'synchronous_commit', 'full_page_writes', 'listen_addresses', 'data_checksums')`,
    );
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).to.deep.equal({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      data_checksums: 'on',
      listen_addresses: '127.0.0.1',
    });
    await ask(first.connectionString, 'create table kept as select 42 as answer');
    await first.stop();
    expect(readPidFile(cluster)).to.equal(undefined);

    const second = await start();
    expect(second.began).to.equal('started');
    expect(second.connectionString).to.equal(first.connectionString);
    expect(await ask(second.connectionString, 'select answer from kept')).to.deep.equal([{ answer: 42 }]);
  });

  it('keeps its passwords from others and asks for them', async () => {
    const server = await start();
    expect(statSync(join(directory, 'postgres-access.json')).mode & 0o777).to.equal(0o600);
    expect(statSync(cluster).mode & 0o077).to.equal(0);
    expect((await readdir(directory)).sort()).to.deep.equal([
      'postgres',
      'postgres-access.json',
      'postgres.log',
    ]);
    const url = new URL(server.connectionString);
    url.password = 'wrong';
    let refused: unknown;
    await ask(url.href, 'select 1').catch((error: unknown) => (refused = error));
    expect(refused).to.be.instanceOf(pg.DatabaseError).with.property('code', '28P01');
    expect(readFileSync(join(directory, 'postgres.log'), 'utf8')).not.to.contain(
      new URL(server.connectionString).password,
    );
    expect(
      await ask(server.connectionString, 'select rolsuper from pg_roles where rolname = current_user'),
    ).to.deep.equal([{ rolsuper: false }]);
  });

  it('comes back by itself, with all that was committed, each time it is killed', async () => {
    const states: string[] = [];
    const server = await start({ onStateChange: (state) => states.push(state) });
    await ask(server.connectionString, 'create table written (n int primary key)');
    for (let round = 1; round <= 3; round++) {
      await ask(server.connectionString, `insert into written values (${round})`);
      const { pid } = server;
      expect(pid).to.be.a('number');
      process.kill(pid!, 'SIGKILL');
      expect(await waitUntil(() => states.length === 2 * round, 20_000), `round ${round}`).to.equal(true);
      expect(server.pid).not.to.equal(pid);
      expect(await ask(server.connectionString, 'select count(*)::int as n from written')).to.deep.equal([
        { n: round },
      ]);
    }
    expect(states).to.deep.equal(['down', 'up', 'down', 'up', 'down', 'up']);
  });

  it('can be stopped while it is coming back', async () => {
    const server = await start({});
    process.kill(server.pid!, 'SIGKILL');
    await server.stop();
    expect(await waitUntil(() => postgresProcesses(cluster).length === 0, 10_000)).to.equal(true);
  });

  it('is adopted after its Ampora was killed, and watched as before', async () => {
    const kept = await keep();
    kept.process.kill('SIGKILL');
    await once(kept.process, 'exit');
    expect(await ask(kept.connectionString, 'select 1 as one')).to.deep.equal([{ one: 1 }]);

    const states: string[] = [];
    const server = await start({ onStateChange: (state) => states.push(state) });
    expect(server.began).to.equal('adopted');
    expect(server.pid).to.equal(kept.pid);
    process.kill(kept.pid, 'SIGKILL');
    expect(await waitUntil(() => states.length === 2, 20_000)).to.equal(true);
    expect(await ask(server.connectionString, 'select 1 as one')).to.deep.equal([{ one: 1 }]);
    await server.stop();
    expect(postgresProcesses(cluster)).to.deep.equal([]);
  });

  it('is closed and started anew when it was left behind with other settings', async () => {
    const kept = await keep();
    kept.process.kill('SIGKILL');
    await once(kept.process, 'exit');
    const file = join(directory, 'postgres-access.json');
    const access = JSON.parse(readFileSync(file, 'utf8')) as { port: number };
    writeFileSync(file, JSON.stringify({ ...access, port: access.port + 1 }));
    const server = await start();
    expect(server.began).to.equal('started');
    expect(server.pid).not.to.equal(kept.pid);
    expect(await ask(server.connectionString, 'select 1 as one')).to.deep.equal([{ one: 1 }]);
  });

  it('starts although its lock file names a process that is something else now', async () => {
    const first = await start();
    const pidFile = readFileSync(join(cluster, 'postmaster.pid'), 'utf8');
    await first.stop();
    const other = spawn('sleep', ['60']);
    children.push(other);
    await once(other, 'spawn');
    writeFileSync(join(cluster, 'postmaster.pid'), pidFile.replace(/^\d+/, String(other.pid)), {
      mode: 0o600,
    });
    const { uid, gid } = statSync(cluster);
    await chown(join(cluster, 'postmaster.pid'), uid, gid);
    const server = await start();
    expect(await ask(server.connectionString, 'select 1 as one')).to.deep.equal([{ one: 1 }]);
    expect(other.exitCode).to.equal(null);
  });

  it('moves to another port when its own is taken', async () => {
    const first = await start();
    await first.stop();
    const squatter = createServer().listen(first.port, '127.0.0.1');
    await once(squatter, 'listening');
    try {
      const server = await start();
      expect(server.port).not.to.equal(first.port);
      expect(await ask(server.connectionString, 'select 1 as one')).to.deep.equal([{ one: 1 }]);
    } finally {
      squatter.close();
    }
  });

  it('starts afresh after a first start that was killed half-way', async () => {
    await mkdir(`${cluster}.unfinished`);
    writeFileSync(join(`${cluster}.unfinished`, 'PG_VERSION'), '18\n');
    writeFileSync(join(directory, '.initdb-password'), 'left behind');
    expect((await start()).began).to.equal('created');
    expect(await readdir(directory)).not.to.include.members(['postgres.unfinished', '.initdb-password']);
  });

  it('refuses files of another version and says what to do', async () => {
    const first = await start();
    await first.stop();
    writeFileSync(join(cluster, 'PG_VERSION'), '15\n');
    let refused: unknown;
    await start().catch((error: unknown) => (refused = error));
    expect(refused).to.be.instanceOf(StartupError);
    expect(String(refused)).to.match(/is of PostgreSQL 15, and this Ampora carries 18.*Data__Directory/);
  });

  it("shows the end of PostgreSQL's own log when it does not start", async () => {
    const first = await start();
    await first.stop();
    await rm(join(cluster, 'global', 'pg_control'));
    let refused: unknown;
    await start().catch((error: unknown) => (refused = error));
    expect(refused).to.be.instanceOf(StartupError);
    expect((refused as StartupError).details.join('\n')).to.contain('pg_control');
  });

  it('outlives nothing: it stops when its Ampora ends by itself', async () => {
    const kept = await keep();
    kept.process.kill('SIGTERM');
    await once(kept.process, 'exit');
    expect(postgresProcesses(cluster)).to.deep.equal([]);
  });

  it('runs for an ordinary user, as that user', async function () {
    if (!isRoot) this.skip();
    const uid = Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }));
    const gid = Number(execFileSync('id', ['-g', 'nobody'], { encoding: 'utf8' }));
    await chmod(join(directory, '..'), 0o711);
    await chown(directory, uid, gid);
    const asNobody = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--'];
    const kept = await keep(asNobody);
    expect(kept.began).to.equal('created');
    expect(statSync(cluster).uid).to.equal(uid);
    kept.process.kill('SIGKILL');
    await once(kept.process, 'exit');
    const again = await keep(asNobody);
    expect(again.began).to.equal('adopted');
    again.process.kill('SIGTERM');
    await once(again.process, 'exit');
    expect(postgresProcesses(cluster)).to.deep.equal([]);

    // Root takes the files over without taking them away.
    const server = await start();
    expect(await ask(server.connectionString, 'select 1 as one')).to.deep.equal([{ one: 1 }]);
    expect(statSync(cluster).uid).to.equal(uid);
  });

  it('runs for a root that may not look into processes, as in a container', async function () {
    if (!isRoot) this.skip();
    const contained = ['setpriv', '--bounding-set=-sys_ptrace', '--inh-caps=-sys_ptrace', '--'];
    const kept = await keep(contained);
    kept.process.kill('SIGKILL');
    await once(kept.process, 'exit');
    const again = await keep(contained);
    expect(again.began).to.equal('adopted');
    again.process.kill('SIGTERM');
    await once(again.process, 'exit');
    expect(postgresProcesses(cluster)).to.deep.equal([]);
  });
});
