// `npm run screenshots`: the pictures of the README, taken of a real server with the demo's fleet.
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type {
  AgentRow,
  ConfigurationDetail,
  ConfigurationRow,
  ProjectionRow,
  StoredEvent,
} from '@ampora/api-contract';
import { openBrowser } from '@ampora/testkit/browser';
import type { Browser } from 'playwright-core';
import { type AmporaProcess, startAmpora } from '../../system/ampora-process.ts';
import { waitUntil } from '../../system/wait-until.ts';
import { consoleBuilt, newPage, openAlive } from './console-under-test.ts';

interface Picture {
  readonly name: string;
  readonly path: string;
  readonly colorScheme: 'light' | 'dark';
}

const folder = fileURLToPath(new URL('../../../docs/screenshots', import.meta.url));
const viewport = { width: 1440, height: 840 };
const mostBytes = 250_000;

await mkdir(folder, { recursive: true });
const browser = await openBrowser();
const ampora = await startAmpora({ args: ['--demo'] });
try {
  await consoleBuilt(ampora);
  for (const picture of await picturesOf(ampora)) await take(picture, browser, ampora.url);
} finally {
  await browser.close();
  await ampora.dispose();
}

async function take({ name, path, colorScheme }: Picture, from: Browser, url: string): Promise<void> {
  const page = await newPage(from, url, { colorScheme, viewport });
  await openAlive(page, path);
  const file = join(folder, `${name}-${colorScheme}.png`);
  await page.screenshot({ path: file });
  await page.context().close();
  const { size } = await stat(file);
  if (size > mostBytes) throw new Error(`${file} has ${size} bytes, more than ${mostBytes}`);
  console.log(`${file} (${Math.round(size / 1024)} KiB)`);
}

/** Waits until the demo's story is told to its end, so that there is something of everything to see. */
async function picturesOf({ url, lastOutput }: AmporaProcess): Promise<readonly Picture[]> {
  const get = async <Answer>(path: string): Promise<Answer> =>
    (await (await fetch(`${url}${path}`, { signal: AbortSignal.timeout(10_000) })).json()) as Answer;
  const post = async (path: string, body: object = {}): Promise<void> => {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  };
  /** A second build of a read model, compared with the one that serves and held before the switch. */
  const buildBeside = async (name: string): Promise<void> => {
    const built = async (wanted: (row: ProjectionRow) => boolean) =>
      (await get<{ items: ProjectionRow[] }>('/api/projections')).items.find(
        (row) => row.name === name && row.held && wanted(row),
      );
    await post(`/api/projections/${name}/rebuild`, { hold: true });
    const { version, slot } = await waitUntil(
      `${name} being built anew`,
      () => built(({ actions }) => actions.includes('compare')),
      told,
    );
    await post(`/api/projections/${name}/compare`, { version, slot });
    await waitUntil('the comparison', () => built(({ comparison }) => comparison?.state === 'done'), told);
  };
  const told = { timeoutMs: 300_000, everyMs: 1_000, context: lastOutput };

  const draft = await waitUntil(
    'the draft at the end of the story',
    async () => {
      const { items } = await get<{ items: ConfigurationRow[] }>('/api/configurations');
      const open = items.find(({ drafts }) => drafts > 0);
      if (open === undefined) return undefined;
      const { items: versions } = await get<ConfigurationDetail>(`/api/configurations/${open.id}`);
      // The story's other drafts are published at once.
      const version = versions.find((one) => one.status === 'Draft' && one.version > 2);
      return version && `/configurations/${open.id}/versions/${version.version}`;
    },
    told,
  );
  const agent = await waitUntil(
    'an agent that is in sync again',
    async () => {
      const { items } = await get<{ items: AgentRow[] }>('/api/agents?driftState=in-sync&search=edge');
      return items.at(0)?.id;
    },
    told,
  );
  const assignment = await waitUntil(
    'an assignment to all agents with what followed from it',
    async () => {
      const { items } = await get<{ items: StoredEvent[] }>(
        '/api/events?type=FleetConfigurationAssigned&direction=backwards&limit=1',
      );
      return items.at(0)?.position;
    },
    told,
  );
  // In the middle of the rollout: some have it, some do not.
  const { items: reports } = await get<{ items: StoredEvent[] }>(
    `/api/events?type=AgentRemoteConfigStatusReported&direction=forwards&from=${assignment}&limit=12`,
  );
  const rollout = reports.at(-1)!.position;
  await post('/api/audit/roots');
  await buildBeside('agent-descriptions');

  return (['light', 'dark'] as const).flatMap((colorScheme) => [
    { name: 'fleet', path: '/fleet', colorScheme },
    { name: 'agent', path: `/agents/${agent}`, colorScheme },
    { name: 'draft', path: draft, colorScheme },
    { name: 'canvas', path: `${draft}?view=split`, colorScheme },
    { name: 'groups', path: '/groups', colorScheme },
    { name: 'drift', path: '/drift', colorScheme },
    { name: 'past', path: `/fleet?at=${rollout}`, colorScheme },
    { name: 'causes', path: `/events/${assignment}`, colorScheme },
    { name: 'projections', path: '/projections', colorScheme },
    { name: 'proof', path: `/audit/proof?event=${assignment}#event`, colorScheme },
  ]);
}
