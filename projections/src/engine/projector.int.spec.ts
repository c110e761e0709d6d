import { streamOf } from '@ampora/catalogue';
import { expect } from 'chai';
import createKnex from 'knex';
import { throwAwayPostgres } from '@ampora/testkit/postgres';
import { type Bench, openBench } from '../harness.spec.ts';
import { uuidOf } from '../histories.spec.ts';
import { checksumOf } from './checksum.ts';
import { connectionCounts, connectionNotes, connections, where } from './counting.spec.ts';
import { dropReadModels, migrateReadModels } from './migrate-read-models.ts';
import type { Projection } from './projection.ts';

describe('a projector', function () {
  this.timeout(60_000);
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.close());

  it('stops at a poison event, names it, lets the others go on, and goes on when asked to retry', async () => {
    let poison = '10.0.0.66';
    const projections = [connectionCounts(1, () => poison), connectionNotes];
    await bench.append(connections(20));
    const applied = new Map<string, number>();
    const stops: unknown[] = [];
    const projector = bench.projector({
      projections,
      observer: {
        applied: ({ name, events }) => applied.set(name, (applied.get(name) ?? 0) + events),
        stopped: (stop) => stops.push(stop),
      },
    });
    projector.start();
    const before = await bench.append([...connections(5), ...connections(1, poison)]);
    const last = await bench.append(connections(20));
    await bench.reached(last, [connectionNotes]);
    await bench.until(`(select state = 'failed' ${where('connection-counts')})`);
    const { rows } = await bench.pool.query(`select * ${where('connection-counts')}`);
    expect(rows[0]).to.include({
      position: String(before - 1n),
      poison_position: String(before),
      poison_type: 'AgentConnected',
      poison_stream: streamOf.agent(uuidOf('agent', 0)),
    });
    expect(rows[0].error).to.contain('This address is poison');
    expect(stops).to.deep.equal([{ name: 'connection-counts', version: 1, category: 'poison' }]);
    poison = '';
    await projector.request('connection-counts', 1, 'retry');
    await bench.reached(last, projections);
    const counted = await bench.pool.query(
      'select sum(connections)::int as sum from read.connection_count_v1',
    );
    expect(counted.rows[0].sum).to.equal(46);
    // What came before the poison within its batch is told by no batch.
    expect(applied.get('connection-notes')).to.equal(46);
  });

  it('names an event whose rows the database refuses, and keeps everything before it', async () => {
    const tooLarge: Projection = {
      ...connectionNotes,
      name: 'too-large',
      tables: [
        {
          ...connectionNotes.tables[0]!,
          name: 'too_large',
          columns: { position: 'bigint', size: 'integer' },
        },
      ],
      on: {
        AgentConnected: (event, rows) =>
          rows.append('too_large', {
            position: event.position,
            size: event.data.remoteAddress === 'large' ? 2 ** 40 : 1,
          }),
      },
    };
    const before = await bench.append(connections(7));
    await bench.append([...connections(1, 'large'), ...connections(7)]);
    bench.projector({ projections: [tooLarge] }).start();
    await bench.until(`(select state = 'failed' ${where('too-large')})`);
    const { rows } = await bench.pool.query(`select position, poison_position ${where('too-large')}`);
    expect(rows[0]).to.deep.equal({ position: String(before), poison_position: String(before + 1n) });
    expect((await bench.pool.query('select from read.too_large_v1')).rowCount).to.equal(7);
  });

  it('goes on where it stood, and a standby takes over when the holder of the locks ends', async () => {
    const projections = [connectionCounts(1), connectionNotes];
    const first = bench.projector({ projections });
    first.start();
    await bench.reached(await bench.append(connections(30)), projections);
    const second = bench.projector({ projections });
    second.start();
    await bench.reached(await bench.append(connections(30)), projections);
    await first.close();
    await bench.reached(await bench.append(connections(30)), projections);
    const { rows } = await bench.pool.query('select count(*)::int as notes from read.connection_note_v1');
    expect(rows[0].notes).to.equal(90);
    const counted = await bench.pool.query(
      'select sum(connections)::int as sum from read.connection_count_v1',
    );
    expect(counted.rows[0].sum).to.equal(90);
  });

  it('survives the loss of every connection in the middle of its work', async () => {
    const projections = [connectionCounts(1), connectionNotes];
    bench.projector({ projections, buildPageSize: 50, batchSize: 20 }).start();
    let last = 0n;
    for (let round = 0; round < 8; round++) {
      last = await bench.append(connections(400));
      await bench.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
      );
    }
    await bench.reached(last, projections);
    const counted = await bench.pool.query(
      'select sum(connections)::int as sum from read.connection_count_v1',
    );
    expect(counted.rows[0].sum).to.equal(3_200);
    expect((await bench.pool.query('select from read.connection_note_v1')).rowCount).to.equal(3_200);
  });

  it('builds a new version beside the serving one, switches when asked, and retires the old one', async () => {
    const [blue, green] = [connectionCounts(1), connectionCounts(2)];
    const first = bench.projector({ projections: [blue] });
    first.start();
    await bench.reached(await bench.append(connections(50)), [blue]);
    const second = bench.projector({ projections: [green], autoSwitch: false });
    second.start();
    await bench.until(`(select state = 'caught-up' ${where('connection-counts', 2)})`);
    const both = await bench.append(connections(50));
    await bench.reached(both, [blue]);
    await bench.until(`(select position >= ${both} ${where('connection-counts', 2)})`);
    await second.request('connection-counts', 2, 'switch');
    await bench.reached(both, [green]);
    await bench.until(`(select state = 'caught-up' ${where('connection-counts', 1)})`);
    await second.request('connection-counts', 1, 'retire');
    await bench.until(`(select state = 'retired' ${where('connection-counts', 1)})`);
    expect(
      (await bench.pool.query(`select to_regclass('read.connection_count_v1') as t`)).rows[0].t,
    ).to.equal(null);
    const { rows } = await bench.pool.query(
      'select sum(connections)::int as sum from read.connection_count_v2',
    );
    expect(rows[0].sum).to.equal(1_000);
  });

  it('rebuilds a serving version beside itself and swaps it in without a failed read', async () => {
    const projections = [connectionCounts(1), connectionNotes];
    const projector = bench.projector({ projections, buildPageSize: 100 });
    projector.start();
    await bench.reached(await bench.append(connections(2_000)), projections);
    const before = await checksumOf(bench.pool, projections[0]!);
    // What the rebuild has to put right.
    await bench.pool.query(`update read.connection_count_v1 set connections = 7 where agent like '%a%'`);
    let reading = true;
    let reads = 0;
    const reader = (async () => {
      while (reading) {
        const { rows } = await bench.pool.query(
          'select count(*)::int as agents from read.connection_count_v1',
        );
        expect(rows[0].agents).to.equal(10);
        reads += 1;
      }
    })();
    await projector.request('connection-counts', 1, 'rebuild');
    await bench.until(
      `not exists (select ${where('connection-counts', 1, 'shadow')}) and (select request is null ${where('connection-counts')})`,
    );
    const after = await checksumOf(bench.pool, projections[0]!);
    const last = await bench.append(connections(10));
    await bench.reached(last, projections);
    reading = false;
    await reader;
    expect(after).to.deep.equal(before);
    expect(reads).to.be.greaterThan(3);
    const { rows } = await bench.pool.query(
      'select sum(connections)::int as sum from read.connection_count_v1',
    );
    expect(rows[0].sum).to.equal(2_010);
  });
});

describe('the bookkeeping tables', () => {
  it('can be made, taken away and made again', async () => {
    const database = await (await throwAwayPostgres()).createDatabase();
    const knex = createKnex({ client: 'pg', connection: database.connectionString });
    try {
      const exists = async () =>
        (await knex.raw(`select to_regclass('read.projections') is not null as there`)).rows[0].there;
      await migrateReadModels(knex);
      expect(await exists()).to.equal(true);
      await dropReadModels(knex);
      expect(await exists()).to.equal(false);
      await migrateReadModels(knex);
      expect(await exists()).to.equal(true);
    } finally {
      await knex.destroy();
      await database.drop();
    }
  });
});
