import { join } from 'node:path';
import { createShutdown, type Settings, stopOnSignals } from '@ampora/platform';
import { banner } from './banner.ts';
import { openDatabase } from './database.ts';
import { openDataDirectory } from './data-directory/open-data-directory.ts';
import { openEventLog } from './event-log.ts';
import { createFaces } from './faces.ts';
import { takeFrontDoor } from './front-door.ts';
import { startReadModels } from './read-models.ts';
import { startTelemetry, version } from './telemetry.ts';
import { createFirstAdminLinks } from './vault/first-admin-links.ts';
import { migrateVault } from './vault/migrate-vault.ts';
import { prepareWebConsole } from './web-console/web-console.ts';

export interface ServerOptions {
  /** Stops in order at SIGINT and SIGTERM, and exits at once at the second. Default true. */
  readonly obeySignals?: boolean;
  /** Whether the console's pages are served (and built when needed). Default true. */
  readonly webConsole?: boolean;
  /** Where the banner with the first admin's link goes. Default: stdout for people, stderr beside JSON logs. */
  readonly announce?: (text: string) => void;
}

export interface RunningServer {
  readonly urls: { readonly console: string };
  readonly dataDirectory: string;
  /** Resolves when the server has stopped, for whatever reason. */
  readonly stopped: Promise<void>;
  stop(): Promise<void>;
}

/** Brings up every role in this process, in the order below; stops them in the opposite order. */
export async function startServer(settings: Settings, options: ServerOptions = {}): Promise<RunningServer> {
  const startedAt = performance.now();
  const telemetry = await startTelemetry(settings);
  const { logger } = telemetry;
  const shutdown = createShutdown({ logger });
  shutdown.add('tracing', () => telemetry.tracing.stop());
  if (options.obeySignals !== false) {
    stopOnSignals(shutdown, { exit: (code) => process.exit(code) });
  }
  try {
    const directory = await openDataDirectory(settings.Data.Directory);
    shutdown.add('data directory', () => directory.close());

    const door = await takeFrontDoor(settings);
    shutdown.add('console and API', () => door.close());
    const web =
      options.webConsole === false ? undefined : prepareWebConsole({ logger, signal: shutdown.signal });
    web?.catch(() => undefined);

    const database = await openDatabase(settings, directory.path, telemetry);
    shutdown.add('database', () => database.stop(), { timeoutMs: 60_000 });
    await migrateVault(database.pool);

    const log = await openEventLog(settings, database.connectionString, telemetry);
    shutdown.add('event log', () => log.close());

    const models = await startReadModels(settings, database, log, telemetry);
    shutdown.add('read models', () => models.close());

    door.open(createFaces({ telemetry, web: await web }));

    const urls = { console: `http://${hostInUrl(settings.Http.Host)}:${door.port}` };
    await directory.announce(urls);
    const token = await createFirstAdminLinks(database.pool).issue();
    const announce = options.announce ?? (telemetry.isPretty ? toStdout : toStderr);
    announce(
      banner({
        version,
        consoleUrl: urls.console,
        opampUrl: undefined,
        dataDirectory: directory.path,
        database:
          settings.ConnectionStrings.Ampora === ''
            ? `embedded, log in ${join(directory.path, 'postgres.log')}`
            : 'ConnectionStrings:Ampora',
        eventLog: settings.EventLog.Provider,
        welcomeUrl: token === undefined ? undefined : `${urls.console}/welcome?token=${token}`,
        seconds: Math.round((performance.now() - startedAt) / 100) / 10,
      }),
    );
    const stopped = new Promise<void>((resolve) => {
      shutdown.signal.addEventListener('abort', () => {
        logger.info('Stopping', { reason: (shutdown.signal.reason as Error).message });
        void shutdown.run('stopping').then(resolve);
      });
    });
    logger.info('Ready', { version, ...urls, data: directory.path });
    return {
      urls,
      dataDirectory: directory.path,
      stopped,
      stop: () => shutdown.run('asked to stop'),
    };
  } catch (error) {
    await shutdown.run('start failed');
    throw error;
  }
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
