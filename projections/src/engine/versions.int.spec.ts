import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { decodeWith, defineEvent, definitionOf } from '@ampora/catalogue';
import type { JsonObject } from '@ampora/kernel';
import { expect } from 'chai';
import { z } from 'zod';
import { type Bench, openBench } from '../harness.spec.ts';
import { checksumOf } from './checksum.ts';
import type { Comparison } from './comparison.ts';
import { connectionCounts, connectionNotes, connections, where } from './counting.spec.ts';
import type { Projection } from './projection.ts';

const blue = connectionCounts(1);
const green = connectionCounts(2);

describe('a deploy with a new version of a read model', function () {
  this.timeout(90_000);
  let bench: Bench;
  let child: ChildProcess | undefined;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(async () => {
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    await bench.close();
  });

  it('has an old and a new process at once: both serve their version, are compared at one position, and one retires', async () => {
    child = fork(new URL('projector-child.spec.ts', import.meta.url), {
      env: { ...process.env, DATABASE: bench.database.connectionString, VERSION: '1' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    await once(child, 'message');
    await bench.reached(await bench.append(connections(300)), [blue, connectionNotes]);

    const projector = bench.projector({ projections: [green, connectionNotes], autoSwitch: false });
    projector.start();
    await bench.until(`(select state = 'caught-up' ${where(green.name, 2)})`);
    let coming = true;
    const stream = (async () => {
      while (coming) await bench.append(connections(10));
    })();
    await projector.request(green.name, 2, 'compare');
    await bench.until(`(select comparison->>'state' in ('done', 'failed') ${where(green.name, 2)})`);
    const { rows } = await bench.pool.query<{ comparison: Comparison }>(
      `select comparison ${where(green.name, 2)}`,
    );
    const comparison = rows[0]!.comparison;
    expect(comparison, JSON.stringify(comparison)).to.include({ state: 'done', identical: false });
    expect(comparison.with).to.deep.equal({ version: 1, slot: 'live' });
    const table = comparison.tables.find(({ name }) => name === 'connection_count');
    expect(table?.rows).to.deep.equal({ old: 10, new: 10 });
    // Version 2 counts in tens: at one and the same position every row is ten times that of version 1.
    expect(table?.sample).to.have.length(10);
    for (const { columns } of table!.sample)
      for (const { name, old, new: built } of columns)
        if (name === 'connections') expect(built).to.equal((old as number) * 10);

    await projector.request(green.name, 2, 'switch');
    await bench.until(`(select state = 'serving' ${where(green.name, 2)})`);
    coming = false;
    await stream;
    const last = await bench.append(connections(10));
    // The old process still serves its own version: its readers see every event, too.
    await bench.until(`(select position >= ${last} and state = 'caught-up' ${where(blue.name, 1)})`);
    await bench.reached(last, [green]);
    const sums = await bench.pool.query(
      `select (select sum(connections) from read.connection_count_v1)::int as old,
         (select sum(connections) from read.connection_count_v2)::int as built`,
    );
    expect(sums.rows[0]).to.deep.equal({ old: Number(last), built: Number(last) * 10 });
    await projector.request(blue.name, 1, 'retire');
    await bench.until(`(select state = 'retired' ${where(blue.name, 1)})`);
    expect(
      (await bench.pool.query(`select to_regclass('read.connection_count_v1') as there`)).rows[0].there,
    ).to.equal(null);
    await bench.reached(await bench.append(connections(10)), [green]);
  });

  it('is taken back after the old version was retired: the old process builds it again and leaves the new one serving', async () => {
    const newer = bench.projector({ projections: [green] });
    const older = bench.projector({ projections: [blue] });
    older.start();
    await bench.reached(await bench.append(connections(50)), [blue]);
    const before = await checksumOf(bench.pool, blue);
    newer.start();
    await bench.reached(await bench.eventLog.head(), [green]);
    await newer.request(blue.name, 1, 'retire');
    await bench.until(`(select state = 'retired' ${where(blue.name, 1)})`);
    await older.close();
    bench.projector({ projections: [blue] }).start();
    await bench.until(`(select state = 'caught-up' ${where(blue.name, 1)})`);
    expect(await checksumOf(bench.pool, blue)).to.deep.equal(before);
    const { rows } = await bench.pool.query(`select state ${where(green.name, 2)}`);
    expect(rows[0].state).to.equal('serving');
  });

  it('brings events of a past shape to the new one by an upcaster: old and new events give one kind of row', async () => {
    const known = definitionOf('AgentConnected');
    // In its second shape the address is split: what stands in the log stays as it is.
    const second = defineEvent({
      type: 'AgentConnected',
      version: 2,
      summary: 'An agent connected, with its address and port apart',
      schema: z.object({ host: z.string(), port: z.int().nullable() }),
      upcast: {
        1: ({ remoteAddress }: JsonObject) => {
          const [host = '', port] = String(remoteAddress).split('#');
          return { host, port: port === undefined ? null : Number(port) };
        },
      },
    });
    expect(known?.version).to.equal(1);
    const addresses: Projection = {
      name: 'addresses',
      version: 2,
      tables: [
        {
          name: 'address',
          kind: 'append',
          columns: { position: 'bigint', host: 'text', port: { type: 'integer', nullable: true } },
          primaryKey: ['position'],
        },
      ],
      keysOf: () => [],
      on: {
        AgentConnected(event, rows) {
          const { host, port } = event.data as unknown as { host: string; port: number | null };
          rows.append('address', { position: event.position, host, port });
        },
      },
    };
    await bench.append([...connections(1, '10.0.0.1#4320'), ...connections(1, '10.0.0.2')]);
    const projector = bench.projector({
      projections: [addresses],
      decode: (stored) => decodeWith(stored.type === second.type ? second : undefined, stored),
    });
    projector.start();
    await bench.reached(2n, [addresses]);
    // A newer process writes the new shape.
    const [, result] = await Promise.all([
      bench.append(connections(1, '10.0.0.3#1')),
      bench.eventLog.append([
        {
          streamId: 'agent-newer',
          expectedRevision: 'any',
          events: [
            {
              id: '0195d0a0-0000-7000-8000-00000000beef',
              type: 'AgentConnected',
              schemaVersion: 2,
              data: { host: '10.0.0.4', port: 7 },
              metadata: {
                tenant: 'default',
                actor: 'spec',
                actorRole: 'System',
                correlationId: '0195d0a0-0000-7000-8000-00000000beef',
              },
            },
          ],
        },
      ]),
    ]);
    expect(result[0]?.outcome).to.equal('appended');
    await bench.reached(4n, [addresses]);
    const read = async () =>
      (await bench.pool.query('select host, port from read.address_v2 order by host')).rows;
    const expected = [
      { host: '10.0.0.1', port: 4320 },
      { host: '10.0.0.2', port: null },
      { host: '10.0.0.3', port: 1 },
      { host: '10.0.0.4', port: 7 },
    ];
    expect(await read()).to.deep.equal(expected);
    await projector.request('addresses', 2, 'rebuild', { share: 1 });
    await bench.until(`not exists (select ${where('addresses', 2, 'shadow')})`);
    expect(await read()).to.deep.equal(expected);
  });
});
