import { expect } from 'chai';
import { createPositionWaiter } from './position-waiter.ts';

describe('waiting for a position', () => {
  it('ends when the slowest of the named projections has reached it, and asks once for all who wait', async () => {
    const positions = new Map([
      ['fleet', 3n],
      ['assignments', 9n],
    ]);
    let reads = 0;
    const waiter = createPositionWaiter(async () => {
      reads += 1;
      return new Map(positions);
    }, 5);
    expect(await waiter.waitFor(9n, 1_000, ['assignments'])).to.equal(true);
    const before = reads;
    const all = Array.from({ length: 100 }, () => waiter.waitFor(5n, 2_000));
    positions.set('fleet', 5n);
    waiter.nudge();
    expect(await Promise.all(all)).to.deep.equal(all.map(() => true));
    expect(reads - before).to.be.lessThan(10);
  });

  it('gives up after its time, also while the database is away', async () => {
    const waiter = createPositionWaiter(async () => Promise.reject(new Error('away')), 5);
    expect(await waiter.waitFor(1n, 30)).to.equal(false);
  });
});
