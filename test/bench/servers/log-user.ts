import { randomUUID } from 'node:crypto';
import { createPostgresEventLog } from '@ampora/event-store';
import { createQueries } from '@ampora/projections/queries';
import { createLogger, parseSettings } from '@ampora/platform';
import { exportsInThreads } from '@ampora/server';
import {
  AuditSealer,
  lastSealedRoot,
  migrateProof,
  nodeHashing,
  ProvenLog,
  SigningKeys,
  TileStore,
} from '@ampora/worker';
import createKnex from 'knex';
import pg from 'pg';
import { summarize } from '../harness.ts';
import { writeFleetHistory } from '../history/fleet-history.ts';
import { answerParent } from '../processes/answer-parent.ts';

/** One step of the growth bench at a time, each in a process of its own: its peak memory is then this step's. */
const connectionString = process.env.BENCH_DATABASE ?? '';

async function withLog<Result>(
  task: (log: ReturnType<typeof createPostgresEventLog>) => Promise<Result>,
): Promise<Result> {
  const log = createPostgresEventLog({ connectionString });
  try {
    return await task(log);
  } finally {
    await log.close();
  }
}

/** Events per second. */
function write({ events, mostAgents }: { readonly events: number; readonly mostAgents: number }) {
  return withLog(async (log) => {
    const startedMs = performance.now();
    await writeFleetHistory(log, events, { mostAgents });
    return events / ((performance.now() - startedMs) / 1_000);
  });
}

const WARM_UP = 30;

/** Medians in milliseconds: one agent, and a page of fifty agents, as they were at moments all over the log. */
async function lookBack({ looks }: { readonly looks: number }) {
  const knex = createKnex({ client: 'pg', connection: connectionString, pool: { min: 0, max: 2 } });
  try {
    return await withLog(async (log) => {
      const queries = createQueries({ knex, eventLog: log });
      const head = Number(await log.head());
      const { items } = await queries.listAgents({ limit: 200 }, await queries.resolveMoment());
      const took = { agent: [] as number[], page: [] as number[] };
      for (let look = -WARM_UP; look < looks; look++) {
        // Spread evenly and in no order: the golden ratio leaves no gaps.
        const share = ((look + WARM_UP) * 0.618_033_988_75) % 1;
        const at = String(1 + Math.floor(share * (head - 1)));
        const agent = items[(look + WARM_UP) % items.length]?.id ?? '';
        const begunMs = performance.now();
        const moment = await queries.resolveMoment(at);
        await queries.getAgent(agent, moment);
        const agentMs = performance.now();
        await queries.listAgents({ limit: 50, sort: 'displayName' }, moment);
        if (look < 0) continue;
        took.agent.push(agentMs - begunMs);
        took.page.push(performance.now() - agentMs);
      }
      return { agentMs: summarize(took.agent).median, pageMs: summarize(took.page).median };
    });
  } finally {
    await knex.destroy();
  }
}

const tenant = 'default';
const defaultSettings = parseSettings({ env: {} });
const metadata = { tenant, actor: 'system', actorRole: 'System', correlationId: randomUUID() } as const;

/** Private keys by their ids: what sealed hands them to what exports, and they end with it. */
export type HeldKeys = readonly (readonly [keyId: string, key: Uint8Array])[];
const held = new Map<string, Uint8Array>();
const vault = {
  put: async (_tenant: string, keyId: string, key: Uint8Array) => void held.set(keyId, key),
  get: async (_tenant: string, keyId: string) => held.get(keyId),
  remove: async (_tenant: string, keyId: string) => void held.delete(keyId),
};

async function withTree<Result>(
  task: (parts: {
    readonly log: ReturnType<typeof createPostgresEventLog>;
    readonly store: TileStore;
    readonly keys: SigningKeys;
    readonly hashing: typeof nodeHashing;
  }) => Promise<Result>,
): Promise<Result> {
  const pool = new pg.Pool({ connectionString, max: 4 });
  try {
    await migrateProof(pool);
    const hashing = nodeHashing;
    return await withLog((log) =>
      task({ log, store: new TileStore(pool), keys: new SigningKeys({ log, vault, hashing }), hashing }),
    );
  } finally {
    await pool.end();
  }
}

/** Hashes every event into the tree and signs its root. */
async function seal(): Promise<HeldKeys> {
  await withTree(async (parts) => {
    const logger = createLogger({ levels: { Default: 'Warning' } });
    const sealer = new AuditSealer({ ...parts, connectionString, intervalMs: 60_000, logger });
    await sealer.sealNow(metadata);
    await sealer.close();
  });
  return [...held];
}

/** Makes the whole log's file with its proofs; answers its size in bytes. */
function exportAll(keys: HeldKeys): Promise<number> {
  for (const [keyId, key] of keys) held.set(keyId, key);
  return withTree(async (parts) => {
    const root = await lastSealedRoot(parts.log, tenant);
    if (!root) throw new Error('Nothing is sealed');
    const openExport = exportsInThreads(defaultSettings, connectionString);
    const chunks = openExport({
      log: parts.log,
      hashing: parts.hashing,
      proven: new ProvenLog(tenant, parts),
      tenant,
      filter: {},
      format: 'jsonl',
      withProofs: true,
      root: root.data,
      createdAt: new Date().toISOString(),
    });
    let bytes = 0;
    for await (const chunk of chunks) bytes += chunk.length;
    return bytes;
  });
}

const requests = { write, lookBack, seal, exportAll };
export type LogUserRequests = typeof requests;

answerParent(requests);
