import { randomUUID } from 'node:crypto';
import type { RecordedEvent } from '@ampora/kernel';
import { throwAwayPostgres, type ThrowAwayDatabase } from '@ampora/testkit/postgres';
import { expect } from 'chai';
import { importEvents, ImportRefused } from './import-events.ts';
import { migratePostgresEventLog } from './migrate-postgres-event-log.ts';
import { createPostgresEventLog } from './postgres-event-log.ts';

function event(position: bigint, streamId: string, revision: number, recordedAtMs = 1_000): RecordedEvent {
  return {
    id: randomUUID(),
    type: 'Noted',
    schemaVersion: 3,
    data: { text: `at ${position} – ü`, list: [1, null] },
    metadata: {
      tenant: 'default',
      actor: 'somebody',
      actorRole: 'Operator',
      sourceIp: '192.0.2.7',
      correlationId: randomUUID(),
      causationId: randomUUID(),
    },
    streamId,
    revision,
    position,
    recordedAtMs,
  };
}

describe('importing events into a PostgreSQL log', () => {
  let database: ThrowAwayDatabase;
  beforeEach(async function () {
    this.timeout(60_000);
    database = await (await throwAwayPostgres()).createDatabase();
    await migratePostgresEventLog(database);
  });
  afterEach(() => database.drop());

  async function refusal(events: readonly RecordedEvent[]): Promise<ImportRefused> {
    try {
      await importEvents(database, events);
    } catch (error) {
      expect(error).to.be.instanceOf(ImportRefused);
      return error as ImportRefused;
    }
    throw new Error('It was imported.');
  }

  it('keeps ids, positions, revisions, times and metadata, with the gaps of a slice', async () => {
    const events = [
      event(3n, 'agent-a', 0, 5_000),
      event(4n, 'agent-b', 0, 5_000),
      event(9_000_000_007n, 'agent-a', 1, 7_000),
    ];
    expect(await importEvents(database, events)).to.deep.equal({ events: 3, position: 9_000_000_007n });
    const log = createPostgresEventLog(database);
    try {
      expect(await log.readAt(4n)).to.deep.equal(events[1]);
      expect(await log.readAt(5n)).to.equal(undefined);
      expect(await log.readStream('agent-a')).to.deep.equal([events[0], events[2]]);
      expect(await log.head()).to.equal(9_000_000_007n);
    } finally {
      await log.close();
    }
  });

  it('gives many events back in the order of the log', async () => {
    const many = Array.from({ length: 4_500 }, (_, index) => event(BigInt(index + 1), `agent-${index}`, 0));
    await importEvents(database, many);
    const log = createPostgresEventLog(database);
    try {
      const read: RecordedEvent[] = [];
      for await (const page of log.readAll()) read.push(...page);
      expect(read).to.deep.equal(many);
    } finally {
      await log.close();
    }
  });

  it('refuses a log in which something was stored', async () => {
    await importEvents(database, [event(1n, 'agent-a', 0)]);
    expect((await refusal([event(2n, 'agent-a', 1)])).message).to.contain('only into an empty log');
  });

  it('refuses positions that do not rise and times that fall, and stores nothing of it', async () => {
    expect((await refusal([event(2n, 'a', 0), event(2n, 'b', 0)])).message).to.contain('positions must rise');
    expect((await refusal([event(0n, 'a', 0)])).message).to.contain('positions must rise');
    const older = [event(1n, 'a', 0, 2_000), event(2n, 'b', 0, 1_999)];
    expect((await refusal(older)).message).to.contain('times must not fall');
    expect(await importEvents(database, [])).to.deep.equal({ events: 0, position: 0n });
  });
});
