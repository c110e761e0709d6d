import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAmporaClient, type AmporaClient } from './ampora-client.ts';
import { freePorts } from './free-ports.ts';
import { type ExitOutcome, lastOutput, startGroup, type ProcessGroup } from './process-group.ts';
import { NeverComes, waitUntil } from './wait-until.ts';

const repoRoot = fileURLToPath(new URL('../..', import.meta.url));
/** The first start initialises a PostgreSQL cluster; a start after `kill -9` recovers one. */
const readyTimeoutMs = 120_000;

export interface AmporaProcess {
  readonly client: AmporaClient;
  /** Of the console and the API. */
  readonly url: string;
  readonly dataDirectory: string;
  /** Of the server that was started last. */
  pid(): number;
  /** Where agents connect. */
  opampEndpoint(transport: 'websocket' | 'http'): string;
  /** What a failing expectation should show of the server. */
  lastOutput(): string;
  /** `kill -9` of the server process alone: what it started is left as it is, as a crash would leave it. */
  killHard(): Promise<void>;
  /** `kill -9` of the embedded PostgreSQL; resolves when the server has begun to bring it back. */
  killDatabase(): Promise<void>;
  /** How the embedded PostgreSQL is reached. */
  databaseUrl(): Promise<string>;
  /** Asks the server to stop (SIGTERM) and answers with what it ended. */
  stop(): Promise<ExitOutcome>;
  /** Starts it again on the same ports and the same data, and waits until it is ready. */
  startAgain(): Promise<void>;
  /** Ends everything that any start left running, and removes the data. */
  dispose(): Promise<void>;
}

export interface AmporaOptions {
  /** Settings beside ports and data directory, as environment variables. */
  readonly settings?: Readonly<Record<string, string>>;
  /** After `serve`. */
  readonly args?: readonly string[];
  /** Puts another program before the server's own command line; it must become the server (exec), not start it. */
  readonly wrap?: (command: readonly string[], dataDirectory: string) => readonly [string, ...string[]];
}

/** Starts a server on free ports with a data directory of its own, and waits until it is ready. */
export async function startAmpora(options: AmporaOptions = {}): Promise<AmporaProcess> {
  const { settings = {}, args = [], wrap = (command) => command as [string, ...string[]] } = options;
  const parent = await mkdtemp(join(tmpdir(), 'ampora-system-'));
  // A server that runs as root gives its database to another user, who must be able to walk there.
  await chmod(parent, 0o755);
  const dataDirectory = join(parent, 'data');
  const [httpPort, opampPort] = (await freePorts(2)) as [number, number];
  const url = `http://127.0.0.1:${String(httpPort)}`;
  const client = createAmporaClient(url);
  const groups: ProcessGroup[] = [];

  const startAgain = async (): Promise<void> => {
    const own = [process.execPath, 'packages/cli/bin/ampora.mjs', 'serve', ...args];
    const [command, ...rest] = wrap(own, dataDirectory);
    const group = startGroup({
      name: 'ampora',
      command,
      args: rest,
      cwd: repoRoot,
      env: {
        ...process.env,
        ...settings,
        Http__Port: String(httpPort),
        OpAmp__Port: String(opampPort),
        Data__Directory: dataDirectory,
      },
    });
    groups.push(group);
    await waitUntil(
      'the server being ready',
      () => {
        if (!group.isRunning()) throw new NeverComes('it ended while starting');
        return client.isReady();
      },
      { timeoutMs: readyTimeoutMs, context: () => lastOutput(group) },
    );
  };

  const dispose = async (): Promise<void> => {
    await groups.at(-1)?.stop({ signal: 'SIGTERM', graceMs: 20_000 });
    for (const group of groups) await group.killHard();
    await endDatabases(dataDirectory);
    await rm(parent, { recursive: true, force: true });
  };

  try {
    await startAgain();
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    client,
    url,
    dataDirectory,
    pid: () => groups.at(-1)!.pid,
    opampEndpoint: (transport) =>
      `${transport === 'websocket' ? 'ws' : 'http'}://127.0.0.1:${String(opampPort)}/v1/opamp`,
    lastOutput: () => groups.map((group) => lastOutput(group)).join('\n'),
    killHard: async () => {
      const group = groups.at(-1)!;
      group.signalLeader('SIGKILL');
      await group.waitForExit(10_000);
    },
    killDatabase: async () => {
      const lockFile = join(dataDirectory, 'postgres', 'postmaster.pid');
      const pidNow = async () => Number((await readFile(lockFile, 'utf8')).split('\n')[0]);
      const killed = await pidNow();
      process.kill(killed, 'SIGKILL');
      await waitUntil('the database being started again', async () => (await pidNow()) !== killed, {
        timeoutMs: 60_000,
      });
    },
    databaseUrl: async () => {
      const access = JSON.parse(await readFile(join(dataDirectory, 'postgres-access.json'), 'utf8')) as {
        port: number;
        password: string;
      };
      return `postgres://ampora:${access.password}@127.0.0.1:${String(access.port)}/ampora`;
    },
    stop: async () => {
      const group = groups.at(-1)!;
      group.signalLeader('SIGTERM');
      return group.waitForExit(60_000);
    },
    startAgain,
    dispose,
  };
}

/** An embedded database may lead a group of its own and outlive a server that was killed; it is known by the file it keeps. */
async function endDatabases(dataDirectory: string): Promise<void> {
  const entries = await readdir(dataDirectory, { recursive: true }).catch(() => []);
  for (const entry of entries.filter((path) => path.endsWith('postmaster.pid'))) {
    const [pid, directory] = (await readFile(join(dataDirectory, entry), 'utf8')).split('\n');
    if (pid === undefined || directory?.startsWith(dataDirectory) !== true) continue;
    await endDatabase(Number(pid));
  }
}

async function endDatabase(pid: number): Promise<void> {
  if (!isPostgres(pid)) return;
  // An immediate shutdown: the data is about to be removed.
  process.kill(pid, 'SIGQUIT');
  await waitUntil(`the end of the database ${String(pid)}`, () => !isPostgres(pid), { timeoutMs: 10_000 });
}

/** Where the system cannot tell what a process is, it is taken for what its pid file says. */
function isPostgres(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8').includes('postgres');
  } catch {
    return process.platform !== 'linux';
  }
}
