import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { StoredEvent } from '@ampora/api-contract';
import { createFleet, type Fleet } from '@ampora/fleet-sim';
import { checksumOf, readModels } from '@ampora/projections';
import { expect } from 'chai';
import pg from 'pg';
import { type AmporaProcess, startAmpora } from '../system/ampora-process.ts';
import { missingFacts, readLedger } from '../system/answered-reports.ts';
import { waitUntil } from '../system/wait-until.ts';

/** How often something is killed; the full proof takes 50. */
const rounds = Number(process.env['AMPORA_CRASH_ROUNDS'] ?? 4);
const agents = Number(process.env['AMPORA_CRASH_AGENTS'] ?? 200);
/** The seed of the moments; printed with a failure. */
const seed = Number(process.env['AMPORA_CRASH_SEED'] ?? Date.now() % 100_000);

const config = (round: number) => `receivers:
  otlp:
    protocols:
      grpc:
        endpoint: 127.0.0.1:4317
processors:
  batch:
    timeout: ${String(round + 1)}s
exporters:
  debug:
service:
  pipelines:
    traces:
      receivers: [otlp]
      processors: [batch]
      exporters: [debug]
`;

describe(`kill -9 at random moments, ${rounds} times (seed ${seed})`, function () {
  this.timeout(120_000 + rounds * 60_000);
  let ampora: AmporaProcess;
  let folder: string;
  let fleet: Fleet | undefined;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ampora-crash-'));
    ampora = await startAmpora();
  });
  after(async () => {
    await fleet?.stop();
    await ampora.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  it('loses no answered report, stores and pushes nothing twice, and leaves read models that equal a rebuild', async () => {
    const ledgerPath = join(folder, 'answered.jsonl');
    fleet = createFleet({
      endpoint: ampora.opampEndpoint('websocket'),
      agents,
      httpShare: 0.1,
      seed,
      heartbeatMs: 2_000,
      pace: 0.2,
      changesPerMinute: 20,
      ledgerPath,
      characters: { healthy: 6, 'slow-to-apply': 1, 'refuses-config': 1, 'edits-own-config': 1, flaps: 1 },
    });
    await fleet.start();
    const first = await ampora.client.publish('crash', config(0));
    await ampora.client.assignToAll(first);
    const random = generator(seed);
    for (let round = 1; round <= rounds; round++) {
      await delay(300 + random() * 2_500);
      if (round % 3 === 0) await ampora.killDatabase();
      else {
        await ampora.killHard();
        await delay(random() * 500);
        await ampora.startAgain();
      }
      await waitUntil('the server being ready again', () => ampora.client.isReady(), { timeoutMs: 60_000 });
      if (round % 2 === 0)
        await ampora.client.assignToAll(
          await ampora.client.publishNext(first.configurationId, config(round)),
        );
    }
    const running = fleet;
    await waitUntil('all agents being back', () => running.statistics().acknowledged >= agents, {
      timeoutMs: 90_000,
      context: () => JSON.stringify(running.statistics()),
    });
    const statistics = running.statistics();
    fleet = undefined;
    await running.stop();

    const answered = await readLedger(ledgerPath);
    const stored = await ampora.client.allEvents();
    console.log(
      `      ${answered.length} answered reports, ${stored.length} events, ${statistics.reconnects} reconnects, ${statistics.offers} offers`,
    );
    expect(answered.length, 'answered reports').to.be.greaterThan(agents * 2);
    expect(
      missingFacts(answered, stored).slice(0, 5),
      `answered and not in the log (seed ${seed})`,
    ).to.deep.equal([]);
    expect(repeated(stored).slice(0, 5), `stored twice (seed ${seed})`).to.deep.equal([]);
    expect(statistics.repeatedOffers, `offers of the hash offered last (seed ${seed})`).to.equal(0);
    expect(statistics.unwantedOffers).to.equal(0);

    // A flapping agent's episodes are restated for minutes; a server that knows none of them has nothing more to say.
    await ampora.stop();
    await ampora.startAgain();
    await waitUntil('the server being ready again', () => ampora.client.isReady(), { timeoutMs: 60_000 });
    const live = await checksums(ampora);
    for (const { name } of readModels) await ampora.client.rebuild(name);
    expect(await checksums(ampora)).to.deep.equal(live);
  });
});

/** Facts that say what the fact of that kind before them in their stream says: a repeat must write nothing. */
function repeated(stored: readonly StoredEvent[]): string[] {
  const last = new Map<string, string>();
  const ids = new Set<string>();
  return stored.flatMap((event) => {
    const twice = ids.has(event.id) ? [`event id ${event.id}`] : [];
    ids.add(event.id);
    if (!comparedTypes.has(event.type)) return twice;
    const key = `${event.streamId} ${event.type}`;
    const said = JSON.stringify(event.data);
    const again = last.get(key) === said ? [`${key} at ${event.position}`] : [];
    last.set(key, said);
    return [...twice, ...again];
  });
}

const comparedTypes = new Set([
  'AgentEnrolled',
  'AgentDescriptionReported',
  'AgentCapabilitiesReported',
  'AgentEffectiveConfigReported',
  'AgentRemoteConfigStatusReported',
  'AgentAvailableComponentsReported',
  'AgentCustomCapabilitiesReported',
]);

async function checksums(ampora: AmporaProcess): Promise<Record<string, unknown>> {
  await ampora.client.caughtUp();
  const pool = new pg.Pool({ connectionString: await ampora.databaseUrl() });
  try {
    const found: Record<string, unknown> = {};
    for (const model of readModels) found[model.name] = await checksumOf(pool, model);
    return found;
  } finally {
    await pool.end();
  }
}

/** mulberry32: the same seed gives the same moments. */
function generator(from: number): () => number {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
