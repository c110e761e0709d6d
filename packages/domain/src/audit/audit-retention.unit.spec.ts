import { expect } from 'chai';
import { auditBounds, neverSwept, nextSweepMs, sweepAudit } from './audit-retention.ts';

const day = 86_400_000;
const policy = { hotDays: 90, archiveDays: 2_555 };

describe('the retention of the audit log', () => {
  it('keeps a row that is exactly as old as its days', () => {
    const nowMs = 10_000 * day;
    const { hotBeforeMs, archiveBeforeMs } = auditBounds(policy, nowMs, neverSwept);
    expect(nowMs - 90 * day < hotBeforeMs).to.equal(false);
    expect(nowMs - 90 * day - 1 < hotBeforeMs).to.equal(true);
    expect(nowMs - 2_555 * day < archiveBeforeMs).to.equal(false);
    expect(nowMs - 2_555 * day - 1 < archiveBeforeMs).to.equal(true);
  });

  it('never lets a bound fall, whether the policy grows or the clock goes back', () => {
    const last = auditBounds(policy, 10_000 * day, neverSwept);
    expect(auditBounds({ hotDays: 365, archiveDays: 3_650 }, 10_000 * day, last)).to.deep.equal(last);
    expect(auditBounds(policy, 9_000 * day, last)).to.deep.equal(last);
  });

  it('says nothing when nothing moves', () => {
    const bounds = auditBounds(policy, 10_000 * day, neverSwept);
    expect(sweepAudit(policy, bounds, { archived: 0, purged: 0 })).to.deep.equal([]);
    expect(sweepAudit(policy, bounds, { archived: 0, purged: 2 })).to.have.length(1);
  });

  it('is due at whole multiples of the interval, each once', () => {
    expect(nextSweepMs(60, 0)).to.equal(3_600_000);
    expect(nextSweepMs(60, 3_599_999)).to.equal(3_600_000);
    expect(nextSweepMs(60, 3_600_000)).to.equal(7_200_000);
  });
});
