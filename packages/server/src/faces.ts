import type { AuditRetention } from '@ampora/application';
import type { EventLog } from '@ampora/application/ports';
import { createApi, createHandlers, createTextChecker, LiveBus } from '@ampora/api';
import { openExport } from '@ampora/event-export';
import type { ThroughputStore } from '@ampora/own-metrics';
import { isLoopback, type Settings } from '@ampora/platform';
import type { RequestHandler, Express } from 'express';
import type { AuditSeals } from './audit-sealer.ts';
import type { Database } from './database.ts';
import { exportsInThreads } from './export-thread/open-export-in-thread.ts';
import { scavengeAfterDays } from './log-scavenging.ts';
import type { ReadModels } from './read-models.ts';
import { type Telemetry, version } from './telemetry.ts';
import { createFirstAdminLinks } from './vault/first-admin-links.ts';
import { createPeople } from './vault/people.ts';
import { createSessions } from './vault/sessions.ts';

/** How long a read waits for the write that it names with `?after=`. */
const READ_WAIT_MS = 5_000;
/** Fewer are exported here before a thread would have begun. */
const LARGE_EXPORT_LEAVES = 20_000;

export interface FacesOptions {
  readonly database: Database;
  readonly log: EventLog;
  readonly models: ReadModels;
  readonly retention: AuditRetention;
  readonly seals: AuditSeals;
  readonly throughput: ThroughputStore;
  readonly web: RequestHandler;
}

export interface Faces {
  readonly application: Express;
  stop(): Promise<void>;
}

/** What people and programs talk to: the API, the live stream, and the console behind it. */
export async function createFaces(
  settings: Settings,
  { database, log, models: { queries, projector }, retention, seals, throughput, web }: FacesOptions,
  { logger, metrics, readiness }: Telemetry,
): Promise<Faces> {
  const { Http, OpAmp } = settings;
  const bus = new LiveBus(log);
  await bus.start();
  const people = createPeople(database.pool);
  const textChecker = createTextChecker();
  const openExportInThread = exportsInThreads(settings, database.connectionString);
  const handlers = createHandlers({
    log,
    queries,
    projections: projector,
    people,
    retention,
    scavengeAfterDays: scavengeAfterDays(settings),
    proofs: seals.proofs,
    throughput,
    textChecker,
    maxBodyBytes: OpAmp.MaxMessageBytes,
  });
  const application = createApi({
    log,
    source: seals.proofs,
    openExport: (request, { from, to }) =>
      to - from < LARGE_EXPORT_LEAVES ? openExport(request) : openExportInThread(request),
    handlers,
    waitFor: (position) => queries.waitFor(position, READ_WAIT_MS),
    sessions: createSessions(database.pool),
    links: createFirstAdminLinks(database.pool),
    bus,
    readiness,
    metrics,
    logger: logger.child('Ampora.Api'),
    version,
    maxBodyBytes: OpAmp.MaxMessageBytes,
    localOnly: isLoopback(Http.Host),
    web,
  });
  const stop = async (): Promise<void> => {
    await bus.stop();
    await textChecker.close();
  };
  return { application, stop };
}
