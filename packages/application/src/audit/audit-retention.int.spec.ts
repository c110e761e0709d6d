import { streamOf } from '@ampora/catalogue';
import { createPostgresEventLog, migratePostgresEventLog } from '@ampora/event-store';
import { throwAwayPostgres, type ThrowAwayDatabase } from '@ampora/testkit/postgres';
import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import type { EventLog } from '../ports/event-log.ts';
import { createAuditRetention } from './audit-retention.ts';

const dayMs = 86_400_000;

describe('sweeping the audit log', function () {
  this.timeout(30_000);
  let database: ThrowAwayDatabase;
  let log: EventLog;
  let nowMs: number;
  /** When each row of the read model was recorded, hot and archived alike. */
  let rows: number[];
  let told: { archived: number; purged: number; tenant: string }[];

  before(async () => {
    database = await (await throwAwayPostgres()).createDatabase();
    await migratePostgresEventLog(database);
    log = createPostgresEventLog(database);
  });
  after(async () => {
    await log.close();
    await database.drop();
  });
  beforeEach(() => {
    told = [];
    nowMs = 1_000 * dayMs;
    rows = [0, 5, 9, 10, 11, 20].map((age) => nowMs - age * dayMs);
  });

  const retention = () =>
    createAuditRetention({
      log,
      policy: { hotDays: 10, archiveDays: 15 },
      sweepIntervalMinutes: 60,
      countAged: async (last, bounds) => ({
        archived: rows.filter((at) => at >= last.hotBeforeMs && at < bounds.hotBeforeMs).length,
        purged: rows.filter((at) => at >= last.archiveBeforeMs && at < bounds.archiveBeforeMs).length,
      }),
      onSwept: (swept) => told.push(swept),
      nowMs: () => nowMs,
    });

  const sweep = (tenant: string) => {
    const commandId = randomUUID();
    const metadata = { tenant, actor: 'system', actorRole: 'System' as const, correlationId: commandId };
    return retention().sweep({ commandId, metadata });
  };

  it('is recorded when something moves, and counted by exactly what moves', async () => {
    expect(await sweep('one')).to.include({ archived: 2, purged: 1 });
    expect(await sweep('one')).to.deep.equal({ position: null, archived: 0, purged: 0 });
    nowMs += dayMs;
    expect(await sweep('one')).to.include({ archived: 1, purged: 0 });
    expect(await log.readStream(streamOf.auditRetention('one'))).to.have.length(2);
    expect(told).to.deep.equal([
      { tenant: 'one', archived: 2, purged: 1 },
      { tenant: 'one', archived: 1, purged: 0 },
    ]);
  });

  it('is counted once when several processes sweep at the same moment', async () => {
    const swept = await Promise.all(Array.from({ length: 6 }, () => sweep('two')));
    expect(swept.filter(({ position }) => position !== null)).to.have.length(1);
    expect(told).to.deep.equal([{ tenant: 'two', archived: 2, purged: 1 }]);
  });

  it('does nothing when the clock jumps back', async () => {
    await sweep('three');
    nowMs -= 100 * dayMs;
    expect(await sweep('three')).to.include({ position: null });
  });
});
