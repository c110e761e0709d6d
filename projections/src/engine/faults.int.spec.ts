import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { EventLog, SubscribeOptions } from '@ampora/application/ports';
import { streamOf } from '@ampora/catalogue';
import type { RecordedEvent } from '@ampora/kernel';
import { throwAwayPostgres } from '@ampora/testkit/postgres';
import { expect } from 'chai';
import { type Bench, openBench } from '../harness.spec.ts';
import { uuidOf } from '../histories.spec.ts';
import { checksumOf, type TableChecksum } from './checksum.ts';
import { connectionCounts, connectionNotes, connections, where } from './counting.spec.ts';

const counts = connectionCounts(1);
const projections = [counts, connectionNotes];
const isGone = `not exists (select ${where('connection-counts', 1, 'shadow')})`;

describe('a projector in trouble', function () {
  this.timeout(90_000);
  let bench: Bench;
  const children = new Set<ChildProcess>();
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(async () => {
    for (const child of children) await kill(child);
    await bench.close();
  });

  async function startChild(version = 1): Promise<ChildProcess> {
    const child = fork(new URL('projector-child.spec.ts', import.meta.url), {
      env: { ...process.env, DATABASE: bench.database.connectionString, VERSION: String(version) },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    children.add(child);
    await once(child, 'message');
    return child;
  }

  async function kill(child: ChildProcess): Promise<void> {
    children.delete(child);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  const checksums = async () => [
    ...(await checksumOf(bench.pool, counts)),
    ...(await checksumOf(bench.pool, connectionNotes)),
  ];

  /** What an undisturbed projector makes of the same log, in a database that has nothing else. */
  async function undisturbed(): Promise<readonly TableChecksum[]> {
    await bench.pool
      .query(`truncate read.projections; drop schema read_shadow cascade; create schema read_shadow;
      drop table read.connection_count_v1, read.connection_count_history_v1, read.connection_note_v1`);
    const projector = bench.projector({ projections });
    projector.start();
    await bench.reached(await bench.eventLog.head(), projections);
    await projector.close();
    return checksums();
  }

  const next = (
    (seed) => (below: number) =>
      (seed = (seed * 48_271) % 2_147_483_647) % below
  )(11);
  const moment = (belowMs: number) => new Promise((resolve) => setTimeout(resolve, next(belowMs)));

  it('is killed in the middle of its work again and again: nothing is lost, nothing is twice', async () => {
    await bench.append(connections(8_000, '127.0.0.1', 40));
    for (let round = 0; round < 4; round++) {
      const child = await startChild();
      const appending = bench.append(connections(500, '127.0.0.1', 40));
      await moment(250);
      await kill(child);
      await appending;
    }
    const survivor = await startChild();
    await bench.reached(await bench.eventLog.head(), projections);
    await kill(survivor);
    const after = await checksums();
    expect(after).to.deep.equal(await undisturbed());
    expect(after.at(-1)?.rows).to.equal(10_000);
  });

  it('is killed in the middle of a rebuild: another process goes on where it stood', async () => {
    const first = await startChild();
    await bench.reached(await bench.append(connections(12_000, '127.0.0.1', 40)), projections);
    const before = await checksums();
    const asker = bench.projector({ projections, controlIntervalMs: 20 });
    await asker.request('connection-counts', 1, 'rebuild', { share: 0.6, hold: true });
    await bench.until(`to_regclass('read_shadow.connection_count_v1') is not null`);
    await kill(first);
    let killed = 0;
    for (; killed < 3; killed++) {
      const child = await startChild();
      await bench.until(
        `(select lock_owner like '%:${child.pid}' ${where('connection-counts', 1, 'shadow')})`,
      );
      await moment(300);
      await kill(child);
    }
    expect((await bench.pool.query(`select ${where('connection-counts', 1, 'shadow')}`)).rowCount).to.equal(
      1,
    );
    await startChild();
    await asker.request('connection-counts', 1, 'switch', { slot: 'shadow' });
    await bench.until(isGone);
    expect(await checksums()).to.deep.equal(before);
  });

  it('is started twice at the same moment, and one of them ends: the rows are those of one', async () => {
    await bench.append(connections(3_000));
    const [left, right] = await Promise.all([startChild(), startChild()]);
    await bench.append(connections(1_000));
    const owner = (await bench.pool.query(`select lock_owner ${where('connection-counts')}`)).rows[0];
    await bench.reached(await bench.append(connections(1_000)), projections);
    await kill(String(owner?.lock_owner).endsWith(`:${left.pid}`) ? left : right);
    await bench.reached(await bench.append(connections(1_000)), projections);
    const after = await checksums();
    expect(after).to.deep.equal(await undisturbedAfter([left, right]));
  });

  async function undisturbedAfter(running: readonly ChildProcess[]): Promise<readonly TableChecksum[]> {
    for (const child of running) await kill(child);
    return undisturbed();
  }

  it('has its subscription cut again and again', async () => {
    const { eventLog } = bench;
    let cuts = 0;
    const cutting: EventLog = {
      ...eventLog,
      subscribeAll: (options: SubscribeOptions) =>
        eventLog.subscribeAll({
          ...options,
          onBatch: async (batch) => {
            // Sometimes before the batch was taken, sometimes after.
            const early = next(2) === 0;
            const cut = batch.events.length > 0 && next(4) === 0;
            if (cut && early) throw new Error(`Cut ${(cuts += 1)}`);
            await options.onBatch(batch);
            if (cut) throw new Error(`Cut ${(cuts += 1)}`);
          },
        }),
    };
    const projector = bench.projector({ projections, eventLog: cutting, batchSize: 7 });
    projector.start();
    await bench.reached(await bench.append(connections(50)), projections);
    for (let round = 0; round < 30; round++)
      await bench.reached(await bench.append(connections(20)), projections);
    const after = await checksums();
    expect(cuts).to.be.greaterThan(2);
    expect(after.at(-1)?.rows).to.equal(650);
    await projector.close();
    expect(after).to.deep.equal(await undisturbed());
  });

  it('reads a log whose clock jumped back: times never go back, by rebuild as by following', async () => {
    const { eventLog } = bench;
    // Two of five events were written by a clock that stands an hour behind.
    const jumped = (events: readonly RecordedEvent[]) =>
      events.map((event) => ({
        ...event,
        recordedAtMs: event.recordedAtMs - (event.position % 5n < 2n ? 3_600_000 : 0),
      }));
    const jumping: EventLog = {
      ...eventLog,
      async *readAll(options) {
        for await (const page of eventLog.readAll(options)) yield jumped(page);
      },
      subscribeAll: (options) =>
        eventLog.subscribeAll({
          ...options,
          onBatch: (batch) => options.onBatch({ ...batch, events: jumped(batch.events) }),
        }),
    };
    await bench.append(connections(200));
    const projector = bench.projector({ projections, eventLog: jumping, batchSize: 3 });
    projector.start();
    for (let round = 0; round < 10; round++)
      await bench.reached(await bench.append(connections(20)), projections);
    const { rows } = await bench.pool.query<{ back: number }>(
      `select count(*)::int as back from (
         select from_at, lag(from_at) over (order by from_position) as before,
           from_at > to_at as upside_down from read.connection_count_history_v1) h
       where upside_down or from_at < before`,
    );
    expect(rows[0]?.back).to.equal(0);
    const followed = await checksums();
    for (const { name } of projections) await projector.request(name, 1, 'rebuild', { share: 1 });
    await bench.until(`not exists (select from read.projections where slot = 'shadow')`);
    expect(await checksums()).to.deep.equal(followed);
  });

  it('meets a poison event in a rebuild: it stops alone and named; mended and retried, it has every row', async () => {
    let poison = '';
    const picky = connectionCounts(1, () => poison);
    const projector = bench.projector({ projections: [picky, connectionNotes] });
    projector.start();
    await bench.append(connections(500));
    const bad = await bench.append(connections(1, '10.0.0.66'));
    await bench.reached(await bench.append(connections(500)), projections);
    const before = await checksums();
    poison = '10.0.0.66';
    await projector.request('connection-counts', 1, 'rebuild', { share: 1 });
    await bench.until(`(select state = 'failed' ${where('connection-counts', 1, 'shadow')})`);
    const { rows } = await bench.pool.query(
      `select position, poison_position, poison_stream ${where('connection-counts', 1, 'shadow')}`,
    );
    expect(rows[0]).to.deep.equal({
      position: String(bad - 1n),
      poison_position: String(bad),
      poison_stream: streamOf.agent(uuidOf('agent', 0)),
    });
    // What serves was not touched: it goes on.
    expect(await checksums()).to.deep.equal(before);
    poison = '';
    await projector.request('connection-counts', 1, 'retry', { slot: 'shadow' });
    await bench.until(isGone);
    expect(await checksums()).to.deep.equal(before);
  });
});

describe('a projector whose PostgreSQL goes away', function () {
  this.timeout(120_000);

  it('is killed and started again during a rebuild: it goes on by itself to the same rows', async () => {
    const postgres = await throwAwayPostgres({ own: true });
    const bench = await openBench(postgres);
    try {
      const projector = bench.projector({ projections, buildPageSize: 100 });
      projector.start();
      await bench.reached(await bench.append(connections(15_000, '127.0.0.1', 40)), projections);
      const before = await checksumOf(bench.pool, counts);
      await projector.request('connection-counts', 1, 'rebuild', { share: 0.4 });
      await bench.until(`to_regclass('read_shadow.connection_count_v1') is not null`);
      await postgres.killHard();
      await postgres.restart();
      await bench.until(`(select true ${where('connection-counts', 1, 'shadow')})`);
      await postgres.restart('fast');
      await bench.until(isGone, 60_000);
      expect(await checksumOf(bench.pool, counts)).to.deep.equal(before);
      await bench.reached(await bench.append(connections(10)), projections, 60_000);
    } finally {
      await bench.close();
      await postgres.stop();
    }
  });
});
