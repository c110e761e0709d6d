import { type EventLog, EventLogMisconfigured, EventLogUnavailable } from '@ampora/application/ports';
import type { RecordedEvent } from '@ampora/kernel';
import { type ThrowAwayDatabase, type ThrowAwayPostgres, throwAwayPostgres } from '@ampora/testkit/postgres';
import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { describeEventLogContract } from '../contract/describe-event-log-contract.ts';
import { eventually, someEvent, someEvents } from '../contract/events.ts';
import { migratePostgresEventLog } from './migrate-postgres-event-log.ts';
import { createPostgresEventLog, type PostgresEventLogOptions } from './postgres-event-log.ts';

async function withAdmin<T>(database: ThrowAwayDatabase, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: database.connectionString });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

describeEventLogContract(
  'PostgreSQL',
  async () => {
    const database = await (await throwAwayPostgres()).createDatabase();
    await migratePostgresEventLog(database);
    const opened: EventLog[] = [];
    const open = (): EventLog => {
      const log = createPostgresEventLog(database);
      opened.push(log);
      return log;
    };
    return {
      log: open(),
      another: async () => opened[1] ?? open(),
      async close() {
        await Promise.all(opened.map((log) => log.close()));
        await database.drop();
      },
    };
  },
  { dense: true, runs: 40 },
);

describe('the event log on PostgreSQL', () => {
  let database: ThrowAwayDatabase;
  const opened: EventLog[] = [];
  const open = (options: Partial<PostgresEventLogOptions> = {}): EventLog => {
    const log = createPostgresEventLog({ ...database, ...options });
    opened.push(log);
    return log;
  };

  beforeEach(async () => {
    database = await (await throwAwayPostgres()).createDatabase();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((log) => log.close()));
    await database.drop();
  });

  it('is prepared by any number of processes at once, again and again', async () => {
    await Promise.all(Array.from({ length: 5 }, () => migratePostgresEventLog(database)));
    const log = open();
    await log.append([{ streamId: 'a', expectedRevision: 'no-stream', events: someEvents(1) }]);
    await migratePostgresEventLog(database);
    expect(await log.readStream('a')).to.have.length(1);
  });

  it('keeps several logs apart by their schemas', async () => {
    await migratePostgresEventLog({ ...database, schema: 'one' });
    await migratePostgresEventLog({ ...database, schema: 'two' });
    const [one, two] = [open({ schema: 'one' }), open({ schema: 'two' })];
    await one.append([{ streamId: 'a', expectedRevision: 'no-stream', events: someEvents(1) }]);
    expect([await one.head(), await two.head()]).to.deep.equal([1n, 0n]);
  });

  it('names the remedy when it was not prepared', async () => {
    const error = await open()
      .append([{ streamId: 'a', expectedRevision: 'any', events: someEvents(1) }])
      .catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(EventLogMisconfigured);
    expect(String(error)).to.contain('migration');
    expect(
      await open()
        .head()
        .catch((caught: unknown) => caught),
    ).to.be.instanceOf(EventLogMisconfigured);
  });

  it('says that the password is wrong at once, without showing it', async () => {
    const connectionString = database.connectionString.replace(/:[^:@]+@/, ':wrong-secret@');
    const log = open({ connectionString });
    for (const attempt of [
      () => log.head(),
      () => log.append([{ streamId: 'a', expectedRevision: 'any', events: someEvents(1) }]),
      () => migratePostgresEventLog({ connectionString }),
    ]) {
      const error = await attempt().catch((caught: unknown) => caught);
      expect(error).to.be.instanceOf(EventLogMisconfigured);
      expect(String(error)).to.contain('password').and.not.to.contain('wrong-secret');
    }
  });

  it('refuses to change or forget an event', async () => {
    await migratePostgresEventLog(database);
    await open().append([{ streamId: 'a', expectedRevision: 'any', events: someEvents(1) }]);
    for (const change of [
      'update log.events set revision = 9',
      `update log.events set data = '{}'`,
      `set ampora.scavenging = 'on'; update log.events set data = '{"n": 1}'`,
      `set ampora.scavenging = 'on'; update log.events set data = '{}', metadata = '{"scavenged": {}}'`,
      'delete from log.events',
      'truncate log.events',
    ]) {
      const error = await withAdmin(database, (client) => client.query(change)).catch(
        (caught: unknown) => caught,
      );
      expect(String(error), change).to.contain('append only');
    }
  });

  it('turns synchronous commit on where the server has it off', async () => {
    await migratePostgresEventLog(database);
    await withAdmin(database, async (client) => {
      await client.query(`alter database ${database.name} set synchronous_commit = off`);
      await client.query(`
        create table witness (setting text);
        create function witness() returns trigger language plpgsql as $$
        begin insert into witness values (current_setting('synchronous_commit')); return null; end $$;
        create trigger witness after insert on log.events for each statement execute function witness()`);
    });
    const log = open();
    await log.append([{ streamId: 'a', expectedRevision: 'any', events: someEvents(1) }]);
    const { rows } = await withAdmin(database, (client) =>
      client.query(`select current_setting('synchronous_commit') as ours, setting from witness`),
    );
    expect(rows).to.deep.equal([{ ours: 'off', setting: 'on' }]);
  });

  it('merges what concurrent callers append into few commits', async () => {
    await migratePostgresEventLog(database);
    const log = open();
    await log.head();
    const commits = () =>
      withAdmin(database, async (client) => {
        const { rows } = await client.query('select count(distinct xmin::text) as n from log.events');
        return Number(rows[0]?.n);
      });
    const results = await Promise.all(
      Array.from({ length: 300 }, (_, index) =>
        log.append([{ streamId: `s-${index}`, expectedRevision: 'no-stream', events: someEvents(2) }]),
      ),
    );
    expect(results.every(([result]) => result?.outcome === 'appended')).to.equal(true);
    expect(await commits()).to.be.at.most(5);
  });

  it('never lets time go back along positions', async () => {
    await migratePostgresEventLog(database);
    const future = Date.now() + 3_600_000;
    await open().append([{ streamId: 'a', expectedRevision: 'any', events: someEvents(1) }]);
    await withAdmin(database, async (client) => {
      await client.query('alter table log.events disable trigger user');
      await client.query('update log.events set recorded_at_ms = $1', [future]);
    });
    const log = open();
    await log.append([{ streamId: 'b', expectedRevision: 'any', events: someEvents(1) }]);
    expect((await log.readStream('b'))[0]?.recordedAtMs).to.equal(future);
  });

  it('reads ten thousand streams in one go', async () => {
    await migratePostgresEventLog(database);
    const log = open();
    const streamIds = Array.from({ length: 10_000 }, (_, index) => `agent-${index}`);
    for (let first = 0; first < streamIds.length; first += 2_000) {
      await log.append(
        streamIds.slice(first, first + 2_000).map((streamId) => ({
          streamId,
          expectedRevision: 'no-stream' as const,
          events: someEvents(2),
        })),
      );
    }
    const streams = await log.readStreams(streamIds);
    expect(
      streams.every((events, index) => events.length === 2 && events[0]?.streamId === streamIds[index]),
    ).to.equal(true);
  });

  it('bounds a page by its bytes and skips nothing', async () => {
    await migratePostgresEventLog(database);
    const log = open();
    for (let index = 0; index < 20; index++) {
      const text = 'é'.repeat(450_000);
      await log.append([
        { streamId: 'content-a', expectedRevision: 'any', events: [someEvent('Chunk', { text })] },
      ]);
    }
    const pages: number[] = [];
    const positions: bigint[] = [];
    for await (const page of log.readAll({ filter: { types: ['Chunk'] } })) {
      pages.push(page.length);
      positions.push(...page.map(({ position }) => position));
    }
    expect(pages.length).to.be.greaterThan(1);
    expect(positions).to.deep.equal(Array.from({ length: 20 }, (_, index) => BigInt(index + 1)));
  });

  it('wakes subscriptions of other processes long before they would look', async () => {
    await migratePostgresEventLog(database);
    const [writer, follower] = [open(), open({ pollIntervalMs: 120_000 })];
    const seen: RecordedEvent[] = [];
    let caughtUp = false;
    follower.subscribeAll({
      from: 0n,
      onBatch: async (batch) => {
        seen.push(...batch.events);
        caughtUp ||= batch.caughtUp;
      },
    });
    await eventually(() => caughtUp, 'the follower caught up');
    for (let index = 0; index < 3; index++) {
      await writer.append([{ streamId: 'a', expectedRevision: 'any', events: someEvents(1) }]);
      await eventually(() => seen.length === index + 1, 'the follower was woken');
    }
  });

  it('finds what no notification announced by looking', async () => {
    await migratePostgresEventLog(database);
    const follower = open({ pollIntervalMs: 50 });
    const seen: RecordedEvent[] = [];
    follower.subscribeAll({ from: 0n, onBatch: async ({ events }) => void seen.push(...events) });
    await withAdmin(database, (client) =>
      client.query(
        `select log.append('{a}', '{-2}', '{1}', '{1}', '{a}', array[$1::uuid], '{Happened}', '{1}', '{4}', array['{}'::json], array['{}'::json])`,
        [randomUUID()],
      ),
    );
    await eventually(() => seen.length === 1, 'the follower looked');
  });

  it('refuses to work once closed', async () => {
    await migratePostgresEventLog(database);
    const log = open();
    await log.close();
    const append = log.append([{ streamId: 'a', expectedRevision: 'any', events: someEvents(1) }]);
    expect(await append.catch((caught: unknown) => caught)).to.be.instanceOf(EventLogUnavailable);
  });
});

describe('the event log when PostgreSQL goes away', function () {
  this.timeout(120_000);
  let server: ThrowAwayPostgres;
  before(async () => (server = await throwAwayPostgres({ own: true })));
  after(() => server.stop());

  async function underFire(strike: () => Promise<void>): Promise<void> {
    const database = await server.createDatabase();
    await migratePostgresEventLog(database);
    const log = createPostgresEventLog({ ...database, retryForMs: 60_000 });
    const follower = createPostgresEventLog({ ...database, pollIntervalMs: 200 });
    const seen: RecordedEvent[] = [];
    const batchPositions: bigint[] = [];
    const subscription = follower.subscribeAll({
      from: 0n,
      batchSize: 50,
      onBatch: async ({ events, position }) => {
        seen.push(...events);
        batchPositions.push(position);
      },
    });
    const acknowledged: string[] = [];
    let stop = false;
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      let revision = -1;
      while (!stop) {
        const events = someEvents(2);
        const [result, free] = await log.append([
          { streamId: `w-${writer}`, expectedRevision: revision < 0 ? 'no-stream' : revision, events },
          { streamId: `any-${writer}`, expectedRevision: 'any', events: [someEvent()] },
        ]);
        if (result?.outcome !== 'appended' || free?.outcome !== 'appended')
          throw new Error('A lone writer lost a race');
        revision = result.lastRevision;
        acknowledged.push(...events.map(({ id }) => id));
      }
    });
    for (let round = 0; round < 3; round++) {
      const reached = acknowledged.length + 200;
      await eventually(() => acknowledged.length > reached, 'writers got on', 60_000);
      await strike();
    }
    const reached = acknowledged.length + 200;
    await eventually(() => acknowledged.length > reached, 'writers got on after the last strike', 60_000);
    stop = true;
    await Promise.all(writers);
    const head = await log.head();
    await eventually(() => BigInt(seen.length) >= head, 'the follower saw the end', 60_000);
    await subscription.close();
    await Promise.all([log.close(), follower.close()]);
    expect(seen.map(({ position }) => position)).to.deep.equal(seen.map((_, index) => BigInt(index + 1)));
    const stored = seen.filter(({ streamId }) => streamId.startsWith('w-')).map(({ id }) => id);
    expect(new Set(stored).size).to.equal(stored.length);
    expect(stored.toSorted()).to.deep.equal(acknowledged.toSorted());
    await database.drop();
  }

  it('loses nothing and stores nothing twice over immediate restarts', () =>
    underFire(() => server.restart('immediate')));

  it('loses nothing and stores nothing twice over kill -9', () =>
    underFire(async () => {
      await server.killHard();
      await server.restart();
    }));

  it('rejects an append as unavailable when it stays away, and recovers by itself', async () => {
    const database = await server.createDatabase();
    await migratePostgresEventLog(database);
    const log = createPostgresEventLog({ ...database, retryForMs: 300 });
    const batch = [{ streamId: 'a', expectedRevision: 'no-stream' as const, events: someEvents(2) }];
    await server.killHard();
    const error = await log.append(batch).catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(EventLogUnavailable);
    expect(await log.head().catch((caught: unknown) => caught)).to.be.instanceOf(EventLogUnavailable);
    await server.restart();
    const [result] = await log.append(batch);
    expect(result).to.include({ outcome: 'appended', firstRevision: 0, repeated: false });
    await log.close();
    await database.drop();
  });
});
