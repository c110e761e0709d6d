import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { importEvents } from '@ampora/event-store';
import { type Position, type RecordedEvent } from '@ampora/kernel';
import { parseSettings, StartupError } from '@ampora/platform';
import { startServer } from '../start-server.ts';

export interface ReplayOptions {
  readonly events: AsyncIterable<RecordedEvent> | Iterable<RecordedEvent>;
  /** Where its database is made; it must not hold one. Default: a new directory, removed at the end unless it is to be kept. */
  readonly dataDirectory?: string;
  readonly isKept?: boolean;
  /** Whether the console's pages are served. Default true. */
  readonly webConsole?: boolean;
}

export interface RunningReplay {
  /** Of the console and the API, both reading only. */
  readonly url: string;
  readonly dataDirectory: string;
  readonly imported: { readonly events: number; readonly position: Position };
  /** Ends it, and removes its data unless they are to be kept. */
  stop(): Promise<void>;
}

const BUILD_TIMEOUT_MS = 600_000;

/**
 * A throw-away server on a copy of events: its own PostgreSQL, free ports, no door for agents, nothing that runs by
 * itself, nothing that can be written. Resolves when every read model shows all events. Nothing of the environment or
 * of a settings file goes in.
 */
export async function startReplay(options: ReplayOptions): Promise<RunningReplay> {
  const { dataDirectory, isKept = false, webConsole = true } = options;
  const parent = dataDirectory === undefined ? await makeParent() : undefined;
  const directory = resolve(dataDirectory ?? join(parent ?? '', 'data'));
  const remove = async (): Promise<void> => {
    if (parent !== undefined && !isKept) await rm(parent, { recursive: true, force: true, maxRetries: 5 });
  };
  const imported = { events: 0, position: 0n };
  try {
    const server = await startServer(settingsFor(directory), {
      webConsole,
      tell: () => undefined,
      copy: async (connectionString) => {
        Object.assign(imported, await importEvents({ connectionString }, options.events));
      },
    });
    try {
      await shown(server.urls.console, imported.position);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return {
      url: server.urls.console,
      dataDirectory: directory,
      imported,
      async stop() {
        await server.stop();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function makeParent(): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'ampora-replay-'));
  // As root, PostgreSQL's own user walks through here to its files; nobody can list it.
  await chmod(parent, 0o711);
  return parent;
}

function settingsFor(directory: string) {
  return parseSettings({
    yamlName: 'ampora.yaml',
    env: {},
    flags: [`Data:Directory=${directory}`, 'Http:Port=0', 'OpAmp:Port=0', 'Logging:LogLevel:Default=Error'],
  });
}

/** Waits until the read models have come to a position. */
async function shown(url: string, position: Position): Promise<void> {
  const deadline = performance.now() + BUILD_TIMEOUT_MS;
  for (;;) {
    const response = await fetch(`${url}/api/projections`);
    const { items } = (await response.json()) as {
      items: { name: string; state: string; position: string; lastError?: string | null }[];
    };
    const failed = items.find(({ state }) => state === 'failed');
    if (failed)
      throw new StartupError(
        `The read model ${failed.name} cannot be built from these events: ${failed.lastError ?? 'no reason known'}`,
      );
    const isThere = (await fetch(`${url}/health/ready`)).status === 200;
    if (isThere && items.every((row) => BigInt(row.position) >= position)) return;
    if (performance.now() > deadline)
      throw new StartupError('The read models of the replay were not built within ten minutes.');
    await sleep(100);
  }
}
