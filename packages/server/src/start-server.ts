import { join } from 'node:path';
import { ensureTenant, finishForgetting } from '@ampora/application';
import { DEFAULT_TENANT } from '@ampora/domain';
import { ThroughputStore } from '@ampora/own-metrics';
import {
  createShutdown,
  ensurePortFree,
  type Logger,
  type Settings,
  type Shutdown,
  stopOnSignals,
} from '@ampora/platform';
import { startAuditRetention } from './audit-retention.ts';
import { startDepartures } from './group-departures.ts';
import { startAuditSealer } from './audit-sealer.ts';
import { banner } from './banner.ts';
import { finishBulkActions } from './bulk-actions.ts';
import { openDatabase } from './database.ts';
import { openDataDirectory } from './data-directory/open-data-directory.ts';
import { openEventLog } from './event-log.ts';
import { migratePresence, startEdge } from './edge.ts';
import { createFaces } from './faces.ts';
import { startGroupReconciler } from './group-reconciler.ts';
import { takeFrontDoor } from './front-door.ts';
import { startLogScavenging } from './log-scavenging.ts';
import { startReadModels } from './read-models.ts';
import { readOnlyLog } from './replay/read-only-log.ts';
import { refuseWrites } from './replay/refuse-writes.ts';
import { startTelemetry, type Telemetry, version } from './telemetry.ts';
import { createFirstAdminLinks } from './vault/first-admin-links.ts';
import { createPeople } from './vault/people.ts';
import { migrateVault } from './vault/migrate-vault.ts';
import { openWebConsole } from './web-console/open-web-console.ts';

export interface ServerOptions {
  /**
   * Given when this process is the server's own: then it stops in order at SIGINT and SIGTERM, calls this at once at the
   * second, and an error that nobody caught is logged and survived.
   */
  readonly exit?: (code: number) => void;
  /** Whether the console's pages are served (and built when needed). Default true. */
  readonly webConsole?: boolean;
  /** Takes what is for the person at the console and for no log. Default: stdout for people, stderr beside JSON logs. */
  readonly tell?: (text: string) => void;
  /**
   * Given when this server shows a copy of a log: fills that log, which is empty, before anything reads it. Nothing is
   * written then, no agent is let in, and nothing runs by itself.
   */
  readonly copy?: (connectionString: string) => Promise<void>;
}

export interface RunningServer {
  /** `opamp` is empty where no agent is let in. */
  readonly urls: { readonly console: string; readonly opamp: string };
  /** Aborted when the server begins to stop. */
  readonly stopping: AbortSignal;
  /** Resolves when the server has stopped, for whatever reason. */
  readonly stopped: Promise<void>;
  /** Shows a text to the person at the console. */
  tell(text: string): void;
  stop(): Promise<void>;
}

/** Brings up every role in this process; stops them in the opposite order. Rejects when a part does not start. */
export async function startServer(settings: Settings, options: ServerOptions = {}): Promise<RunningServer> {
  const telemetry = await startTelemetry(settings);
  const shutdown = createShutdown({ logger: telemetry.logger });
  shutdown.add('tracing', () => telemetry.tracing.stop());
  const { exit } = options;
  if (exit) stopOnSignals(shutdown, { exit });
  const starting = startParts(settings, options, { telemetry, shutdown });
  shutdown.hold(starting);
  try {
    const server = await starting;
    if (exit) surviveSurprises(telemetry.logger);
    return server;
  } catch (error) {
    await shutdown.run('the start failed');
    throw error;
  }
}

interface Frame {
  readonly telemetry: Telemetry;
  readonly shutdown: Shutdown;
}

/** The composition, in the order of starting. */
async function startParts(
  settings: Settings,
  options: ServerOptions,
  { telemetry, shutdown }: Frame,
): Promise<RunningServer> {
  const startedAt = performance.now();
  const { logger } = telemetry;
  const { signal } = shutdown;

  const directory = await openDataDirectory(settings.Data.Directory);
  shutdown.add('data directory', () => directory.close());

  await ensurePortFree({ host: settings.OpAmp.Host, port: settings.OpAmp.Port, section: 'OpAmp' });
  const door = await takeFrontDoor(settings);
  shutdown.add('front door', () => door.close());
  const consoleUrl = `http://${hostInUrl(settings.Http.Host)}:${door.port}`;
  await directory.announce({ console: consoleUrl });
  const console = openWebConsole(options.webConsole === false ? undefined : { logger, signal });
  signal.throwIfAborted();

  const database = await openDatabase(settings, directory.path, telemetry);
  shutdown.add('database', () => database.stop(), { timeoutMs: 60_000 });
  signal.throwIfAborted();
  await migrateVault(database.pool);
  await migratePresence(database);

  const opened = await openEventLog(settings, database.connectionString, telemetry);
  shutdown.add('event log', () => opened.close());
  const { copy } = options;
  const isCopy = copy !== undefined;
  const log = isCopy ? readOnlyLog(opened) : opened;
  if (isCopy) await copy(database.connectionString);
  else {
    await ensureTenant(log, DEFAULT_TENANT, 'Default');
    await finishForgetting(log, createPeople(database.pool));
  }
  signal.throwIfAborted();

  const models = await startReadModels(settings, database, log, telemetry);
  shutdown.add('read models', () => models.close());

  const seals = await startAuditSealer(
    settings,
    { database, log, isCopy, dataDirectory: directory.path },
    telemetry,
  );
  shutdown.add('audit sealer', () => seals.close());

  const { retention, close: endSweeps } = startAuditRetention(
    settings,
    { database, log, models, isCopy },
    telemetry,
  );
  shutdown.add('audit retention', endSweeps);
  const scavenging = isCopy ? undefined : startLogScavenging(settings, { database, log }, telemetry);
  shutdown.add('log scavenging', () => scavenging?.close());

  const groups = isCopy ? undefined : startGroupReconciler({ database, log, models }, telemetry);
  shutdown.add('group reconciler', () => groups?.close());
  const bulk = isCopy ? undefined : finishBulkActions({ database, log, models }, telemetry);
  shutdown.add('bulk actions', () => bulk?.close());

  const departures = isCopy ? undefined : startDepartures({ database, log, models }, telemetry);
  shutdown.add('group departures', () => departures?.close());

  const throughput = new ThroughputStore();
  const edge = isCopy
    ? undefined
    : await startEdge(settings, { database, log, models, throughput }, telemetry);
  shutdown.add('OpAMP edge', () => edge?.stop(), { timeoutMs: 20_000 });
  const opampUrl = edge && `ws://${hostInUrl(settings.OpAmp.Host)}:${edge.port}${settings.OpAmp.Path}`;

  const faces = await createFaces(
    settings,
    { database, log, models, retention, seals, throughput, web: console.handler },
    telemetry,
  );
  // Closed before what it stands on; the live stream's end lets go of the browsers that hold it open.
  shutdown.add('console and API', () => door.close());
  shutdown.add('live stream', () => faces.stop());
  door.open(isCopy ? refuseWrites(faces.application) : faces.application);
  const urls = { console: consoleUrl, opamp: opampUrl ?? '' };
  await directory.announce(urls);

  await console.built;
  const token = await createFirstAdminLinks(database.pool).issue();
  const embedded = settings.ConnectionStrings.Ampora === '';
  const tell = options.tell ?? (telemetry.isPretty ? toStdout : toStderr);
  tell(
    banner({
      version,
      consoleUrl,
      opampUrl,
      dataDirectory: directory.path,
      database: embedded
        ? `embedded, log in ${join(directory.path, 'postgres.log')}`
        : 'ConnectionStrings:Ampora',
      eventLog: settings.EventLog.Provider,
      welcomeUrl: token === undefined ? undefined : `${consoleUrl}/welcome?token=${token}`,
      seconds: Math.round((performance.now() - startedAt) / 100) / 10,
    }),
  );
  logger.info('Ready', { version, ...urls, data: directory.path });
  const stopped = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => {
      logger.info('Stopping', { reason: (signal.reason as Error).message });
      void shutdown.run('stopping').then(resolve);
    });
  });
  return { urls, stopping: signal, stopped, tell, stop: () => shutdown.run('asked to stop') };
}

/** A server of thousands of agents does not fall over an error in one connection's event: it is told and survived. */
function surviveSurprises(logger: Logger): void {
  process.on('uncaughtException', (error) => {
    logger.critical('An error that nobody caught', { error });
  });
  process.on('unhandledRejection', (error) => {
    logger.critical('A rejection that nobody handled', { error });
  });
}

function hostInUrl(host: string): string {
  if (host === '127.0.0.1' || host === '::1') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function toStdout(text: string): void {
  process.stdout.write(text);
}

function toStderr(text: string): void {
  process.stderr.write(text);
}
