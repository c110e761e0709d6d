import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const launcher = fileURLToPath(new URL('../../bin/ampora.mjs', import.meta.url));
const oldNode = ['/usr/bin/node', '/usr/local/bin/node'].find((path) => {
  try {
    return (
      Number.parseInt(execFileSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' }), 10) < 24
    );
  } catch {
    return false;
  }
});

interface Ran {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  readonly output: () => string;
  readonly errors: () => string;
}

describe('ampora serve', () => {
  let directory: string;
  const children: ChildProcess[] = [];

  const run = (
    args: readonly string[],
    options: { env?: Record<string, string>; node?: string } = {},
  ): Ran => {
    const child = spawn(options.node ?? process.execPath, [launcher, ...args], {
      cwd: directory,
      env: { PATH: process.env['PATH'] ?? '', HOME: directory, ...options.env },
    });
    children.push(child);
    let [output, errors] = ['', ''];
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    child.stderr.on('data', (chunk) => (errors += String(chunk)));
    const ended = once(child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as string | null,
    }));
    return { child, ended, output: () => output, errors: () => errors };
  };
  const serve = (args: readonly string[] = [], options: Parameters<typeof run>[1] = {}): Ran =>
    run(['serve', '--no-console', '--set', 'Http:Port=0', '--set', 'OpAmp:Port=0', ...args], options);

  const until = async (
    what: string,
    condition: () => boolean | Promise<boolean>,
    timeoutMs = 30_000,
  ): Promise<void> => {
    const deadline = Date.now() + timeoutMs;
    while (!(await condition())) {
      if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  };
  const consoleUrl = async (ran: Ran): Promise<string> => {
    await until(
      `the server says where it is: ${ran.errors()}`,
      () => ran.errors().includes('/welcome?token=') || ran.child.exitCode !== null,
    );
    return /Console\s+(http:\S+)/.exec(ran.errors())?.[1] ?? `(ended) ${ran.errors()}`;
  };
  const isReady = async (url: string): Promise<boolean> => {
    return fetch(`${url}/health/ready`).then(
      (response) => response.status === 200,
      () => false,
    );
  };

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ampora-spec-'));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  });

  it('comes up, is ready, logs JSON only on stdout, and stops in good order with exit code 0', async () => {
    const server = serve();
    const url = await consoleUrl(server);
    await until('it is ready', () => isReady(url));
    expect((await fetch(`${url}/health/live`)).status).to.equal(200);
    expect(await (await fetch(`${url}/metrics`)).text()).to.contain('ampora_projection_position{');
    server.child.kill('SIGTERM');
    expect(await server.ended).to.deep.equal({ code: 0, signal: null });
    for (const line of server.output().trimEnd().split('\n'))
      expect(JSON.parse(line)).to.have.property('level');
    expect(server.output()).not.to.contain('token=');
    const log = readFileSync(join(directory, '.ampora/postgres.log'), 'utf8');
    expect(log).to.contain('database system is shut down');
  });

  it('makes whoever holds the printed link admin, once', async () => {
    const server = serve();
    await consoleUrl(server);
    const link = /http:\S+\/welcome\?token=\S+/.exec(server.errors())?.[0] ?? '';
    const welcomed = await fetch(link, { redirect: 'manual' });
    expect(welcomed.status).to.equal(303);
    expect(welcomed.headers.get('set-cookie')).to.match(/^ampora_session=.*HttpOnly.*SameSite=Strict/);
    expect((await fetch(link, { redirect: 'manual' })).status).to.equal(410);
  });

  it('names every wrong setting at once and exits with 1', async () => {
    await writeFile(join(directory, 'ampora.yaml'), 'Http:\n  Prot: 1\n');
    const server = run(['serve', '--set', 'OpAmp:Port=many'], {
      env: { Data__Directry: 'x', OpAmp__Host: '0.0.0.0' },
    });
    expect(await server.ended).to.deep.equal({ code: 1, signal: null });
    expect(server.errors()).to.match(/4 settings are wrong/);
    expect(server.errors()).to.match(
      /ampora\.yaml line 2: Http:Prot is not a setting; did you mean Http:Port\?/,
    );
    expect(server.errors()).to.match(
      /environment variable Data__Directry is not a setting; did you mean Data__Directory\?/,
    );
    expect(server.errors()).to.match(/--set OpAmp:Port: OpAmp:Port is "many"; expected a whole number/);
    expect(server.errors()).to.match(/OpAmp:Host is "0\.0\.0\.0", which others can reach/);
    expect(server.output()).to.equal('');
  });

  it('names a port in use and exits with 1, leaving nothing running', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as { port: number };
    const server = serve(['--set', `Http:Port=${port}`]);
    expect(await server.ended).to.deep.equal({ code: 1, signal: null });
    expect(server.errors().trim()).to.equal(
      `Port ${port} on 127.0.0.1 (Http:Port) is in use by another program: end it, or set Http__Port to another one.`,
    );
    holder.close();
  });

  it('names a data directory that cannot be written and exits with 1', async () => {
    await writeFile(join(directory, 'taken'), '');
    const server = serve(['--set', 'Data:Directory=taken']);
    expect(await server.ended).to.deep.equal({ code: 1, signal: null });
    expect(server.errors()).to.match(
      /taken \(Data:Directory\) cannot be written: a file of that name is in its place/,
    );
    expect(server.errors().trim().split('\n')).to.have.length(1);
  });

  it('names a database that does not answer, without its password', async () => {
    const server = serve(['--set', 'ConnectionStrings:Ampora=postgres://ampora:hunter2@127.0.0.1:1/ampora']);
    expect(await server.ended).to.deep.equal({ code: 1, signal: null });
    expect(server.errors()).to.match(
      /PostgreSQL at 127\.0\.0\.1:1 \(ConnectionStrings:Ampora\) cannot be used: .*ECONNREFUSED/,
    );
    expect(server.errors() + server.output()).not.to.contain('hunter2');
  });

  it("shows the end of PostgreSQL's log when that does not start, and exits with 1", async () => {
    const first = serve();
    await consoleUrl(first);
    first.child.kill('SIGTERM');
    await first.ended;
    await rm(join(directory, '.ampora/postgres/global/pg_control'));
    const second = serve();
    expect(await second.ended).to.deep.equal({ code: 1, signal: null });
    expect(second.errors()).to.match(/^PostgreSQL does not start on .*\n(.*\n)*.*pg_control/);
  });

  it('is checked by the doctor, running or not, and the doctor leaves nothing behind', async () => {
    const doctor = async () => {
      const ran = run(['doctor', '-o', 'json', '--set', 'Http:Port=0', '--set', 'OpAmp:Port=0']);
      const { code } = await ran.ended;
      const { items } = JSON.parse(ran.output()) as {
        items: { name: string; state: string; detail: string }[];
      };
      return {
        code,
        names: items.map(({ name }) => name),
        faults: items.filter(({ state }) => state === 'fault'),
      };
    };
    const before = await doctor();
    expect(before.faults).to.deep.equal([]);
    expect(before.code).to.equal(0);
    expect(before.names).to.include.members([
      'Node',
      'data directory',
      'console port',
      'PostgreSQL',
      'event log',
    ]);
    expect(existsSync(join(directory, '.ampora'))).to.equal(false);
    const server = serve();
    const url = await consoleUrl(server);
    await until('it is ready', () => isReady(url));
    const during = await doctor();
    expect(during.faults).to.deep.equal([]);
    expect(during.names).to.include.members(['opamp-edge', 'read-models', 'disk']);
    expect(during.names.some((name) => /^read model fleet v\d+$/.test(name))).to.equal(true);
  });

  it('keeps a second server off its data directory', async () => {
    const first = serve();
    const url = await consoleUrl(first);
    const second = serve();
    expect(await second.ended).to.deep.equal({ code: 1, signal: null });
    expect(second.errors()).to.contain(`in use by the Ampora with process id`).and.to.contain(url);
  });

  it('comes back after kill -9, on the database that its killed self left running', async () => {
    const first = serve();
    await consoleUrl(first);
    first.child.kill('SIGKILL');
    await first.ended;
    const second = serve();
    const url = await consoleUrl(second);
    await until('it is ready', () => isReady(url));
    expect(second.output()).to.contain('"began":"adopted"');
  });

  it('turns not ready while its database is gone, and recovers by itself', async () => {
    const server = serve();
    const url = await consoleUrl(server);
    await until('it is ready', () => isReady(url));
    const pid = (): number =>
      Number(readFileSync(join(directory, '.ampora/postgres/postmaster.pid'), 'utf8').split('\n', 1)[0]);
    const before = pid();
    process.kill(before, 'SIGKILL');
    await until(
      'it is back',
      async () => server.output().includes('PostgreSQL runs again') && (await isReady(url)),
    );
    expect(pid()).not.to.equal(before);
    expect(server.child.exitCode).to.equal(null);
    for (const line of server.output().trimEnd().split('\n'))
      expect(() => JSON.parse(line), line).not.to.throw();
  });

  it('refuses an unknown option with exit code 2', async () => {
    const server = run(['serve', '--colour']);
    expect(await server.ended).to.deep.equal({ code: 2, signal: null });
    expect(server.errors()).to.contain("unknown option '--colour'");
  });

  describe('under an older Node', () => {
    before(function () {
      if (oldNode !== undefined) return;
      this.test!.title = 'skipped: needs a Node older than 24 on this machine';
      this.skip();
    });

    it('runs with the Node that npm brought, and passes signals and the exit code on', async () => {
      const server = serve([], { node: oldNode! });
      const url = await consoleUrl(server);
      await until('it is ready', () => isReady(url));
      server.child.kill('SIGINT');
      expect(await server.ended).to.deep.equal({ code: 0, signal: null });
      const refused = run(['serve', '--set', 'Http:Port=x'], { node: oldNode! });
      expect((await refused.ended).code).to.equal(1);
    });

    it('dies wholly when the launcher is killed', async () => {
      const server = serve([], { node: oldNode! });
      const url = await consoleUrl(server);
      server.child.kill('SIGKILL');
      await until('nobody answers', () =>
        fetch(`${url}/health/live`).then(
          () => false,
          () => true,
        ),
      );
      const second = serve([], { node: oldNode! });
      expect(await consoleUrl(second)).to.match(/^http:/);
    });
  });

  it('runs for an ordinary user', async function () {
    if (process.getuid?.() !== 0) this.skip();
    await chmod(directory, 0o777);
    const uid = execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }).trim();
    const child = spawn(
      'setpriv',
      [
        `--reuid=${uid}`,
        `--regid=${uid}`,
        '--clear-groups',
        '--',
        process.execPath,
        launcher,
        'serve',
        '--no-console',
        '--set',
        'Http:Port=0',
        '--set',
        'OpAmp:Port=0',
      ],
      { cwd: directory, env: { PATH: process.env['PATH'] ?? '' } },
    );
    children.push(child);
    let errors = '';
    child.stderr.on('data', (chunk) => (errors += String(chunk)));
    await until('it is up', () => errors.includes('/welcome?token='));
    const url = /Console\s+(http:\S+)/.exec(errors)?.[1] ?? '';
    await until('it is ready', () => isReady(url));
  });
});
