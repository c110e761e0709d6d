import { access, constants, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import {
  createMetrics,
  createReadiness,
  ensurePortFree,
  type Settings,
  silentLogger,
  StartupError,
} from '@ampora/platform';
import { type Database, openDatabase } from './database.ts';
import {
  type DataDirectory,
  openDataDirectory,
  readServerNotice,
} from './data-directory/open-data-directory.ts';
import { connectLog } from './event-log.ts';
import { webConsoleState } from './web-console/console-builds.ts';
import { repositoryRoot } from './web-console/web-console.ts';

/** One line of `ampora doctor`. */
export interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'fault';
  readonly detail: string;
}

/** Checks what the server needs. While one runs on the data directory, that one is asked instead of touched. */
export async function diagnose(settings: Settings): Promise<readonly Finding[]> {
  const findings: Finding[] = [nodeVersion()];
  const running = await findRunning(settings);
  if (running !== undefined) {
    findings.push(
      ok('data directory', `${resolve(settings.Data.Directory)}, in use by process ${running.pid}`),
    );
    findings.push(...(await askRunning(running.consoleUrl)));
    return [...findings, await webConsole()];
  }
  const directory = await dataDirectory(settings);
  findings.push(
    directory.finding,
    await port('console port', settings.Http.Host, settings.Http.Port, 'Http'),
    await port('OpAMP port', settings.OpAmp.Host, settings.OpAmp.Port, 'OpAmp'),
  );
  if (directory.finding.state !== 'fault') findings.push(...(await stores(settings, directory.exists)));
  return [...findings, await webConsole()];
}

function ok(name: string, detail: string): Finding {
  return { name, state: 'ok', detail };
}

function fault(name: string, error: unknown): Finding {
  const details =
    error instanceof StartupError && error.details.length > 0 ? ` | ${error.details.join(' | ')}` : '';
  return {
    name,
    state: 'fault',
    detail: `${error instanceof Error ? error.message : String(error)}${details}`,
  };
}

function nodeVersion(): Finding {
  const { node } = process.versions;
  return Number.parseInt(node, 10) >= 24
    ? ok('Node', `${node}, ${process.execPath}`)
    : {
        name: 'Node',
        state: 'fault',
        detail: `${node} is too old: Ampora needs 24, which npm ci brings along`,
      };
}

async function findRunning({ Data }: Settings): Promise<{ pid: number; consoleUrl: string } | undefined> {
  const notice = await readServerNotice(Data.Directory);
  const consoleUrl = notice?.urls['console'];
  if (notice === undefined || consoleUrl === undefined) return undefined;
  try {
    await fetch(new URL('/health/live', consoleUrl), { signal: AbortSignal.timeout(2000) });
    return { pid: notice.pid, consoleUrl };
  } catch {
    return undefined;
  }
}

async function askRunning(consoleUrl: string): Promise<readonly Finding[]> {
  const answer = async <Body>(path: string): Promise<Body> => {
    const response = await fetch(new URL(path, consoleUrl), { signal: AbortSignal.timeout(5000) });
    return (await response.json()) as Body;
  };
  try {
    const { checks } = await answer<{ checks: { name: string; ready: boolean; detail?: string }[] }>(
      '/health/ready',
    );
    const { items } = await answer<{
      items: {
        name: string;
        version: number;
        state: string;
        position: string;
        head: string;
        lastError: string | null;
      }[];
    }>('/api/projections');
    return [
      ...checks.map(({ name, ready, detail = '' }): Finding => {
        return {
          name,
          state: ready ? 'ok' : 'fault',
          detail: detail === '' ? (ready ? 'ready' : 'not ready') : detail,
        };
      }),
      ...items.map(({ name, version, state, position, head, lastError }): Finding => {
        const lag = BigInt(head) - BigInt(position);
        return {
          name: `read model ${name} v${version}`,
          state: state === 'failed' ? 'fault' : lag > 10_000n ? 'warning' : 'ok',
          detail: lastError ?? `${state}, ${lag === 0n ? 'up to date' : `${lag} behind the log`}`,
        };
      }),
    ];
  } catch (error) {
    return [fault('server', error)];
  }
}

async function dataDirectory({ Data }: Settings): Promise<{ finding: Finding; exists: boolean }> {
  const path = resolve(Data.Directory);
  const exists = await isWritable(path);
  if (exists === undefined) {
    // Not made here: a check leaves nothing behind.
    const parent = await nearestParent(path);
    const finding = (await isWritable(parent))
      ? ok('data directory', `${path} will be made at the first start`)
      : fault('data directory', `${path} cannot be made: ${parent} is not writable for this user`);
    return { finding, exists: false };
  }
  if (!exists)
    return { finding: fault('data directory', `${path} is not writable for this user`), exists: true };
  return { finding: ok('data directory', path), exists: true };
}

async function isWritable(path: string): Promise<boolean | undefined> {
  try {
    await access(path, constants.W_OK | constants.X_OK);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : false;
  }
}

async function nearestParent(path: string): Promise<string> {
  let parent = dirname(path);
  while ((await isWritable(parent)) === undefined) parent = dirname(parent);
  return parent;
}

async function port(name: string, host: string, number: number, section: string): Promise<Finding> {
  try {
    await ensurePortFree({ host, port: number, section });
    return ok(name, `${host}:${number} is free`);
  } catch (error) {
    return fault(name, error);
  }
}

/** Really starts what a start would start, in a directory of its own when there is none yet, and stops it again. */
async function stores(settings: Settings, exists: boolean): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const temporary = exists ? undefined : await mkdtemp(join(tmpdir(), 'ampora-doctor-'));
  let directory: DataDirectory | undefined;
  let database: Database | undefined;
  try {
    directory = await openDataDirectory(temporary ?? settings.Data.Directory);
    const telemetry = {
      logger: silentLogger,
      metrics: createMetrics({ processMetrics: false }),
      readiness: createReadiness(),
    };
    database = await openDatabase(settings, directory.path, telemetry);
    const { rows } = await database.pool.query<{ version: string }>(
      "select current_setting('server_version') as version",
    );
    const kind = settings.ConnectionStrings.Ampora === '' ? 'embedded' : 'ConnectionStrings:Ampora';
    findings.push(ok('PostgreSQL', `${rows[0]?.version} (${kind}) starts and answers`));
  } catch (error) {
    findings.push(fault('PostgreSQL', error));
  }
  if (database !== undefined) {
    try {
      const log = await connectLog(settings, database.connectionString);
      findings.push(ok('event log', `${settings.EventLog.Provider}, head at position ${await log.head()}`));
      await log.close();
    } catch (error) {
      findings.push(fault('event log', error));
    }
  }
  await database?.stop();
  await directory?.close();
  if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
  return findings;
}

async function webConsole(): Promise<Finding> {
  const state = await webConsoleState(repositoryRoot);
  switch (state) {
    case 'current':
      return ok('web console', 'built from these sources');
    case 'without-sources':
      return ok('web console', 'built');
    case 'outdated':
    case 'missing':
      return { name: 'web console', state: 'warning', detail: `${state}: the next start builds it` };
  }
}
