import type { AuditRetention } from '@ampora/application';
import { silentLogger } from '@ampora/platform';
import { expect } from 'chai';
import { sweepWhenDue } from './sweep-when-due.ts';

describe('sweeping when it is due', function () {
  this.timeout(10_000);

  it('begins at once, comes again at each due time, for each tenant, whatever fails, and ends when told', async () => {
    const stop = new AbortController();
    const swept: string[] = [];
    const startMs = Date.now();
    const retention: AuditRetention = {
      policy: { hotDays: 1, archiveDays: 1 },
      sweepIntervalMinutes: 1,
      nextDueMs: (afterMs) => afterMs + 5,
      sweep: async ({ metadata: { tenant } }) => {
        swept.push(tenant);
        if (swept.length >= 6) stop.abort();
        if (tenant === 'broken') throw new Error('no database');
        return { position: null, archived: 0, purged: 0 };
      },
    };
    await sweepWhenDue({
      retention,
      tenants: ['broken', 'whole'],
      logger: silentLogger,
      signal: stop.signal,
      nowMs: () => Date.now() - startMs,
    });
    expect(swept).to.deep.equal(['broken', 'whole', 'broken', 'whole', 'broken', 'whole']);
  });
});
