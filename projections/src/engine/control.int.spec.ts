import { expect } from 'chai';
import { type Bench, openBench } from '../harness.spec.ts';
import { buildThreads } from './build-thread.spec.ts';
import { checksumOf } from './checksum.ts';
import type { Comparison } from './comparison.ts';
import { connectionCounts, connectionNotes, connections, where } from './counting.spec.ts';
import { listProjections } from './list-projections.ts';
import type { ProjectionListRow, StoredProjection } from './projection-states.ts';

describe('an operator of a projector', function () {
  this.timeout(60_000);
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.close());

  const counts = connectionCounts(1);
  const projections = [counts, connectionNotes];
  const isGone = `not exists (select ${where('connection-counts', 1, 'shadow')})`;
  const isHeld = `(select state = 'caught-up' and held ${where('connection-counts', 1, 'shadow')})`;

  async function compared(version: number, slot: 'live' | 'shadow'): Promise<Comparison> {
    const at = where('connection-counts', version, slot);
    await bench.until(`(select comparison->>'state' in ('done', 'failed') and request is null ${at})`);
    const { rows } = await bench.pool.query<{ comparison: Comparison }>(`select comparison ${at}`);
    return rows[0]!.comparison;
  }

  const list = (): Promise<readonly ProjectionListRow[]> =>
    listProjections({
      eventLog: bench.eventLog,
      select: async (sql) => (await bench.pool.query<StoredProjection>(sql)).rows,
    });

  it('holds a rebuild, which follows the log; compares it, sees what differs, and switches', async () => {
    const projector = bench.projector({ projections });
    projector.start();
    await bench.reached(await bench.append(connections(200)), projections);
    await bench.pool.query(
      `update read.connection_count_v1 set connections = connections + 7 where agent in (select min(agent) from read.connection_count_v1)`,
    );
    await projector.request('connection-counts', 1, 'rebuild', { hold: true });
    await bench.until(isHeld);
    const last = await bench.append(connections(55));
    await bench.until(`(select position >= ${last} ${where('connection-counts', 1, 'shadow')})`);
    const row = (await list()).find(({ slot }) => slot === 'rebuild');
    expect(row?.actions).to.deep.equal(['pause', 'compare', 'switch', 'cancel']);
    expect(row).to.include({ held: true, state: 'caught-up', progress: 1, lagEvents: 0 });

    await projector.request('connection-counts', 1, 'compare', { slot: 'shadow' });
    const comparison = await compared(1, 'shadow');
    expect(comparison).to.include({ state: 'done', identical: false, position: String(last) });
    const current = comparison.tables.find(({ name }) => name === 'connection_count');
    // The running process counts on from the row in its memory, so that the tampered row was overwritten again by
    // what it knows; what stays different is the past that was made from it.
    expect(current?.rows).to.deep.equal({ old: 10, new: 10 });

    await bench.pool.query(
      `update read.connection_count_v1 set connections = 1000 where agent in (select min(agent) from read.connection_count_v1)`,
    );
    await projector.request('connection-counts', 1, 'compare', { slot: 'shadow' });
    const second = await compared(1, 'shadow');
    const table = second.tables.find(({ name }) => name === 'connection_count');
    expect(table).to.include({ identical: false, differing: 1, isCapped: false });
    expect(table?.sample).to.have.length(1);
    expect(table?.sample[0]).to.deep.include({
      onlyIn: null,
      columns: [{ name: 'connections', old: 1000, new: 26 }],
    });

    await projector.request('connection-counts', 1, 'switch', { slot: 'shadow' });
    await bench.until(isGone);
    await bench.reached(await bench.append(connections(10)), projections);
    const { rows } = await bench.pool.query(
      'select sum(connections)::int as sum from read.connection_count_v1',
    );
    expect(rows[0].sum).to.equal(265);
  });

  it('compares both at one position, though events come all the time', async () => {
    const projector = bench.projector({ projections });
    projector.start();
    await bench.reached(await bench.append(connections(100)), projections);
    await projector.request('connection-counts', 1, 'rebuild', { hold: true });
    await bench.until(isHeld);
    let coming = true;
    const stream = (async () => {
      while (coming) await bench.append(connections(20));
    })();
    for (let round = 0; round < 5; round++) {
      await projector.request('connection-counts', 1, 'compare', { slot: 'shadow' });
      const comparison = await compared(1, 'shadow');
      expect(comparison, JSON.stringify(comparison)).to.include({ state: 'done', identical: true });
      expect(comparison.tables.map(({ name }) => name)).to.have.members([
        'connection_count',
        'connection_count_history',
      ]);
    }
    coming = false;
    await stream;
  });

  it('gives a rebuild up: nothing of it stays, what serves is untouched, and another one can begin', async () => {
    const projector = bench.projector({ projections, buildPageSize: 20 });
    projector.start();
    await bench.reached(await bench.append(connections(1_000)), projections);
    const before = await checksumOf(bench.pool, counts);
    for (const share of [0.05, 1]) {
      await projector.request('connection-counts', 1, 'rebuild', { share, hold: true });
      await bench.until(`to_regclass('read_shadow.connection_count_v1') is not null`);
      await projector.request('connection-counts', 1, 'cancel', { slot: 'shadow' });
      await bench.until(isGone);
      const { rows } = await bench.pool.query(`select to_regclass('read_shadow.connection_count_v1') as t`);
      expect(rows[0].t).to.equal(null);
    }
    expect(await checksumOf(bench.pool, counts)).to.deep.equal(before);
    await projector.request('connection-counts', 1, 'rebuild');
    await bench.until(isGone);
    expect(await checksumOf(bench.pool, counts)).to.deep.equal(before);
  });

  it('lets a rebuild rest and go on; it rests where it was and loses nothing', async () => {
    const projector = bench.projector({ projections, buildPageSize: 20 });
    projector.start();
    await bench.reached(await bench.append(connections(2_000)), projections);
    const before = await checksumOf(bench.pool, counts);
    const shadow = where('connection-counts', 1, 'shadow');
    await projector.request('connection-counts', 1, 'rebuild', { share: 0.1 });
    // One that is paused before anybody took it up is taken up by nobody.
    await bench.until(`(select lock_owner is not null ${shadow})`);
    await projector.request('connection-counts', 1, 'pause', { slot: 'shadow' });
    const rests = `(select paused and lock_owner is not null ${shadow})`;
    await bench.until(rests);
    const row = (await list()).find(({ slot }) => slot === 'rebuild');
    expect(row).to.include({ paused: true, state: 'building', share: 0.1, etaSeconds: null });
    expect(row?.actions).to.deep.equal(['resume', 'cancel']);
    await bench.reached(await bench.append(connections(10)), projections);
    expect((await bench.pool.query(`select ${shadow}`)).rowCount).to.equal(1);
    await projector.request('connection-counts', 1, 'resume', { slot: 'shadow' });
    await bench.until(isGone);
    const after = await checksumOf(bench.pool, counts);
    expect(after[0]?.rows).to.equal(before[0]?.rows);
    const { rows } = await bench.pool.query(
      'select sum(connections)::int as sum from read.connection_count_v1',
    );
    expect(rows[0].sum).to.equal(2_010);
  });

  it('may pause, resume, cancel and begin anew at any moment: the rows are the same in the end', async () => {
    const projector = bench.projector({ projections, buildPageSize: 50, controlIntervalMs: 10 });
    projector.start();
    await bench.reached(await bench.append(connections(3_000)), projections);
    const before = await checksumOf(bench.pool, counts);
    let seed = 7;
    const next = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let step = 0; step < 60; step++) {
      const request = (['rebuild', 'pause', 'resume', 'cancel', 'compare', 'switch'] as const)[next(6)]!;
      await projector
        .request('connection-counts', 1, request, {
          slot: request === 'rebuild' ? 'live' : 'shadow',
          hold: next(2) === 0,
          share: 0.2 + next(9) / 10,
        })
        // There may be no rebuild to ask that of.
        .catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, next(60)));
    }
    await projector.request('connection-counts', 1, 'rebuild', { share: 1 });
    await projector.request('connection-counts', 1, 'resume', { slot: 'shadow' }).catch(() => undefined);
    await projector.request('connection-counts', 1, 'switch', { slot: 'shadow' }).catch(() => undefined);
    await bench.until(`${isGone} and (select request is null ${where('connection-counts')})`);
    expect(await checksumOf(bench.pool, counts)).to.deep.equal(before);
    await bench.reached(await bench.append(connections(10)), projections);
  });

  it('never makes a read fail: five switches under reads and writes', async () => {
    const projector = bench.projector({ projections, buildPageSize: 200, controlIntervalMs: 20 });
    projector.start();
    await bench.reached(await bench.append(connections(2_000)), projections);
    const errors: unknown[] = [];
    let reads = 0;
    let going = true;
    const readers = Array.from({ length: 3 }, async () => {
      while (going) {
        try {
          // History first: the other way round than the swap takes them.
          const { rows } = await bench.pool.query(
            `select (select count(*) from read.connection_count_history_v1) as past,
               (select count(*)::int from read.connection_count_v1) as now`,
          );
          if (rows[0].now !== 10) errors.push(rows[0]);
        } catch (error) {
          errors.push(error);
          if (errors.length > 20) return;
        }
        reads += 1;
      }
    });
    const writer = (async () => {
      while (going) await bench.append(connections(10));
    })();
    try {
      for (let round = 0; round < 5; round++) {
        await projector.request('connection-counts', 1, 'rebuild', { share: 1 });
        await bench.until(isGone, 30_000);
      }
    } finally {
      going = false;
      await Promise.all([...readers, writer]);
    }
    expect(errors).to.deep.equal([]);
    expect(reads).to.be.greaterThan(20);
    await bench.reached(await bench.eventLog.head(), projections);
    const live = await checksumOf(bench.pool, counts);
    await projector.request('connection-counts', 1, 'rebuild', { share: 1 });
    await bench.until(isGone);
    expect(await checksumOf(bench.pool, counts)).to.deep.equal(live);
  });

  it('cannot retire what serves, nor a version that failed while it served', async () => {
    const projector = bench.projector({ projections });
    projector.start();
    await bench.reached(await bench.append(connections(10)), projections);
    await projector.request('connection-counts', 1, 'retire');
    await bench.until(`(select request is null ${where('connection-counts')})`);
    expect((await list()).map(({ state }) => state)).to.deep.equal(['serving', 'serving']);
    expect((await list())[0]?.actions).to.deep.equal(['rebuild']);
  });
});

describe('a rebuild in a thread of its own', function () {
  this.timeout(90_000);
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.close());
  const counts = connectionCounts(1);
  const projections = [counts, connectionNotes];
  const isGone = `not exists (select ${where('connection-counts', 1, 'shadow')})`;
  const shadow = where('connection-counts', 1, 'shadow');

  it('gives the same rows; it can rest, go on and be given up; a poison event is named', async () => {
    let poison = false;
    const projector = bench.projector({
      projections,
      startBuildWorker: (order) => buildThreads(bench.database.connectionString, poison)(order),
    });
    projector.start();
    await bench.reached(await bench.append(connections(6_000, '127.0.0.1', 40)), projections);
    const before = await checksumOf(bench.pool, counts);

    await projector.request('connection-counts', 1, 'rebuild', { share: 0.2, hold: true });
    await bench.until(`(select position > 0 or state = 'caught-up' ${shadow})`, 60_000);
    await projector.request('connection-counts', 1, 'pause', { slot: 'shadow' });
    await projector.request('connection-counts', 1, 'resume', { slot: 'shadow' });
    await bench.until(`(select state = 'caught-up' ${shadow})`, 60_000);
    await projector.request('connection-counts', 1, 'compare', { slot: 'shadow' });
    await bench.until(`(select comparison->>'identical' = 'true' ${shadow})`);
    await projector.request('connection-counts', 1, 'switch', { slot: 'shadow' });
    await bench.until(isGone);
    expect(await checksumOf(bench.pool, counts)).to.deep.equal(before);

    await projector.request('connection-counts', 1, 'rebuild', { share: 0.05 });
    await bench.until(`(select true ${shadow})`);
    await projector.request('connection-counts', 1, 'cancel', { slot: 'shadow' });
    await bench.until(isGone, 60_000);

    poison = true;
    await projector.request('connection-counts', 1, 'rebuild', { share: 1 });
    await bench.until(`(select state = 'failed' and poison_position = 1 ${shadow})`, 60_000);
    poison = false;
    await projector.request('connection-counts', 1, 'retry', { slot: 'shadow' });
    await bench.until(isGone, 60_000);
    expect(await checksumOf(bench.pool, counts)).to.deep.equal(before);
  });
});
