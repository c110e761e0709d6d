import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { type Logger, StartupError } from '@ampora/platform';
import { findPostgresBinaries, type PostgresBinaries } from './binaries.ts';
import { childEnvironment } from './child-environment.ts';
import { makeCluster } from './make-cluster.ts';
import {
  connectionStringOf,
  findFreePort,
  isPortFree,
  type PostgresAccess,
  readOrMakeAccess,
  writeAccess,
} from './postgres-access.ts';
import { serverArguments } from './postgres-settings.ts';
import {
  commandLineOf,
  findPostmaster,
  isPostgresOf,
  postgresProcesses,
  readPidFile,
  removeMistakenPidFile,
  signal,
} from './postmaster.ts';
import { provisionDatabase } from './provision-database.ts';
import { chooseRunAs, type RunAs } from './run-as.ts';
import { lastLogLines, logSize, openServerLog } from './server-log.ts';
import { waitUntil } from './wait-until.ts';

export interface EmbeddedPostgresOptions {
  /** The data directory of Ampora; the cluster is its subdirectory `postgres`. Must exist. */
  readonly dataDirectory: string;
  readonly logger: Logger;
  /** Told when the server is found dead, and when it answers again. */
  readonly onStateChange?: (state: 'down' | 'up') => void;
}

export interface EmbeddedPostgres {
  /** For the role that owns the database; valid until `stop`, across restarts of the server. */
  readonly connectionString: string;
  readonly port: number;
  /** Of the server process now; undefined while it is down. */
  readonly pid: number | undefined;
  /** What was found at the start: files made anew, a server left behind by a killed Ampora, or neither. */
  readonly began: 'created' | 'started' | 'adopted';
  /** Closes the server in good order. Close every pool before. */
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 600_000;
const ORPHAN_TIMEOUT_MS = 15_000;
const STOP_TIMEOUT_MS = 20_000;
const ADOPTED_POLL_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Runs a real PostgreSQL from npm on the data directory, and keeps it running until `stop`. A server that a killed
 * Ampora left behind is adopted when it runs as it would now, else closed and started anew. Rejects with a
 * StartupError that carries the end of PostgreSQL's log.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const cluster = await prepare(options);
  const adopted = await meetLeftOver(cluster);
  let server = adopted ?? (await launchOnSomePort(cluster));
  let down = false;
  let stopping: Promise<void> | undefined;

  const lastResort = (): void => {
    // The process ends without `stop`: ask for a fast shutdown and do not wait.
    if (isPostgresOf(server.pid, cluster.clusterDirectory)) signal(server.pid, 'SIGINT');
  };
  process.on('exit', lastResort);

  try {
    await provision(cluster);
  } catch (error) {
    await closeServer(server, options.logger);
    throw error;
  }
  const began = cluster.made ? 'created' : adopted === undefined ? 'started' : 'adopted';
  options.logger.info('PostgreSQL runs', { began, port: cluster.access.port, pid: server.pid });

  const keepRunning = async (): Promise<void> => {
    for (;;) {
      await server.gone;
      if (stopping !== undefined) return;
      down = true;
      options.onStateChange?.('down');
      options.logger.error('PostgreSQL died and is started again', {
        log: lastLogLines(cluster.logFile, 5, server.logStart),
      });
      const next = await relaunch(cluster, () => stopping !== undefined);
      if (next === undefined) return;
      server = next;
      down = false;
      options.logger.warn('PostgreSQL runs again', { pid: server.pid });
      options.onStateChange?.('up');
      // Asked to stop while it was coming up: nobody else knows of this server yet.
      if (stopping !== undefined) await closeServer(server, options.logger);
    }
  };
  const keeper = keepRunning();

  const stop = async (): Promise<void> => {
    await closeServer(server, options.logger);
    await keeper;
    process.off('exit', lastResort);
  };
  return {
    connectionString: connectionStringOf(cluster.access),
    port: cluster.access.port,
    get pid() {
      return down ? undefined : server.pid;
    },
    began,
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}

interface Cluster {
  readonly dataDirectory: string;
  readonly clusterDirectory: string;
  readonly logFile: string;
  readonly binaries: PostgresBinaries;
  readonly runAs: RunAs;
  readonly logger: Logger;
  /** The files were made by this start. */
  readonly made: boolean;
  access: PostgresAccess;
}

/** A server process, our child or adopted. */
interface RunningServer {
  readonly pid: number;
  /** Resolves when the process has ended. */
  readonly gone: Promise<void>;
  /** Size of the log when it started. */
  readonly logStart: number;
}

async function prepare({ dataDirectory, logger }: EmbeddedPostgresOptions): Promise<Cluster> {
  const directory = realpathSync(dataDirectory);
  const clusterDirectory = join(directory, 'postgres');
  const binaries = await findPostgresBinaries();
  const runAs = await chooseRunAs({
    clusterDirectory,
    programs: [binaries.postgres, binaries.initdb],
    logger,
  });
  const access = await readOrMakeAccess(directory);
  const made = await makeCluster({
    clusterDirectory,
    binaries,
    runAs,
    superuserPassword: access.superuserPassword,
  });
  const logFile = join(directory, 'postgres.log');
  return { dataDirectory: directory, clusterDirectory, logFile, binaries, runAs, logger, made, access };
}

async function provision(cluster: Cluster): Promise<void> {
  if (cluster.access.provisioned) return;
  await provisionDatabase(cluster.access);
  cluster.access = { ...cluster.access, provisioned: true };
  await writeAccess(cluster.dataDirectory, cluster.access);
}

/** Adopts a server that still runs on the files, or clears the way for a new one. */
async function meetLeftOver(cluster: Cluster): Promise<RunningServer | undefined> {
  const { clusterDirectory, logger } = cluster;
  const found = findPostmaster(clusterDirectory);
  if (found !== undefined && found.status !== 'stopping' && runsAsWanted(found.pid, cluster)) {
    if (await becomesReady(cluster, found.pid, () => !isPostgresOf(found.pid, clusterDirectory))) {
      return leftOver(found.pid, cluster);
    }
  }
  if (found !== undefined) {
    logger.info('Closing a PostgreSQL that was left behind and runs with other settings', { pid: found.pid });
    await closeServer(leftOver(found.pid, cluster), logger);
  }
  await clearTheWay(cluster);
  return undefined;
}

/** Waits for sessions that outlived their server, and mends a lock file whose number another program has now. */
async function clearTheWay({ clusterDirectory, logger }: Cluster): Promise<void> {
  const quiet = (): boolean => postgresProcesses(clusterDirectory).length === 0;
  if (!(await waitUntil(quiet, ORPHAN_TIMEOUT_MS, 50))) {
    for (const pid of postgresProcesses(clusterDirectory)) {
      logger.warn('Ending a PostgreSQL session that outlived its server', { pid });
      signal(pid, 'SIGKILL');
    }
    await waitUntil(quiet, ORPHAN_TIMEOUT_MS, 50);
  }
  if (removeMistakenPidFile(clusterDirectory)) {
    logger.info('Removed a PostgreSQL lock file whose process number belongs to another program now');
  }
}

function runsAsWanted(pid: number, cluster: Cluster): boolean {
  const wanted = [
    cluster.binaries.postgres,
    ...serverArguments(cluster.clusterDirectory, cluster.access.port),
  ];
  const actual = commandLineOf(pid);
  return actual !== undefined && actual.join('\0') === wanted.join('\0');
}

async function launchOnSomePort(cluster: Cluster): Promise<RunningServer> {
  for (let attempt = 0; ; attempt++) {
    if (!(await isPortFree(cluster.access.port))) {
      cluster.access = { ...cluster.access, port: await findFreePort() };
      await writeAccess(cluster.dataDirectory, cluster.access);
    }
    try {
      return await launch(cluster);
    } catch (error) {
      const details = error instanceof StartupError ? error.details.join('\n') : '';
      // Someone took the port between the look and the start, or the last server's memory is not free yet.
      const passing = /could not bind|Address already in use|pre-existing shared memory/.test(details);
      if (!passing || attempt === 4) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

async function launch(cluster: Cluster): Promise<RunningServer> {
  const { clusterDirectory, logFile, binaries, runAs } = cluster;
  const [program, args] = runAs.command(
    binaries.postgres,
    serverArguments(clusterDirectory, cluster.access.port),
  );
  const logStart = logSize(logFile);
  const log = openServerLog(logFile);
  let child: ChildProcess;
  try {
    child = spawn(program, [...args], {
      cwd: '/',
      env: childEnvironment(),
      stdio: ['ignore', log, log],
      // A session of its own: Ctrl-C at the terminal is for Ampora, which stops PostgreSQL last.
      detached: true,
      ...(runAs.owner === undefined || program !== binaries.postgres
        ? {}
        : { uid: runAs.owner.uid, gid: runAs.owner.gid }),
    });
  } finally {
    closeSync(log);
  }
  let ended: string | undefined;
  const gone = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      ended = error.message;
      resolve();
    });
    child.once('exit', (code, signalName) => {
      ended = signalName ?? `code ${code}`;
      resolve();
    });
  });
  child.unref();
  const { pid } = child;
  if (pid !== undefined && (await becomesReady(cluster, pid, () => ended !== undefined)))
    return { pid, gone, logStart };
  await gone;
  throw new StartupError(
    `PostgreSQL does not start on ${clusterDirectory} (ended with ${ended}); its log is ${logFile}.`,
    {
      details: lastLogLines(logFile, 8, logStart),
    },
  );
}

/** True when it takes connections, false when it ended. Recovery after a crash may take long: it is waited for, aloud. */
async function becomesReady(cluster: Cluster, pid: number, hasEnded: () => boolean): Promise<boolean> {
  const isReady = (): boolean => {
    const file = readPidFile(cluster.clusterDirectory);
    return file?.pid === pid && file.status === 'ready';
  };
  const startedAt = performance.now();
  while (performance.now() - startedAt < READY_TIMEOUT_MS) {
    if (await waitUntil(() => hasEnded() || isReady(), 5000)) return !hasEnded();
    cluster.logger.info('PostgreSQL is still starting', { log: lastLogLines(cluster.logFile, 1) });
  }
  signal(pid, 'SIGQUIT');
  return false;
}

function leftOver(pid: number, { clusterDirectory, logFile }: Cluster): RunningServer {
  return { pid, gone: pollUntilGone(pid, clusterDirectory), logStart: logSize(logFile) };
}

function pollUntilGone(pid: number, clusterDirectory: string): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (isPostgresOf(pid, clusterDirectory)) return;
      clearInterval(timer);
      resolve();
    }, ADOPTED_POLL_MS);
    timer.unref();
  });
}

/** Tries until it runs, with growing pauses; undefined when nobody wants it any more. */
async function relaunch(cluster: Cluster, isUnwanted: () => boolean): Promise<RunningServer | undefined> {
  for (let pauseMs = 100; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    if (isUnwanted()) return undefined;
    try {
      await clearTheWay(cluster);
      return isUnwanted() ? undefined : await launch(cluster);
    } catch (error) {
      cluster.logger.critical('PostgreSQL does not come back; trying again', { error, pauseMs });
    }
    await waitUntil(isUnwanted, pauseMs, 50);
  }
}

/** Fast shutdown; after a while, immediate shutdown, from which the next start recovers. */
async function closeServer(server: RunningServer, logger: Logger): Promise<void> {
  let isGone = false;
  void server.gone.then(() => (isGone = true));
  for (const name of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    // Its number may belong to another process once it has gone.
    await Promise.resolve();
    if (isGone) return;
    signal(server.pid, name);
    if (await waitUntil(() => isGone, STOP_TIMEOUT_MS)) return;
    logger.warn('PostgreSQL does not close in time', { pid: server.pid, after: name });
  }
}
