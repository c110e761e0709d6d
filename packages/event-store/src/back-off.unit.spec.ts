import { expect } from 'chai';
import { backOff, pause } from './back-off.ts';

describe('a back-off', () => {
  it('doubles up to its bound and starts anew', () => {
    const wait = backOff({ firstMs: 10, maxMs: 50 }, () => 1);
    expect(Array.from({ length: 4 }, () => wait.nextMs())).to.deep.equal([10, 20, 40, 50]);
    wait.reset();
    expect(wait.nextMs()).to.equal(10);
  });

  it('is shortened by chance, by half at most', () => {
    expect(backOff({ firstMs: 10, maxMs: 50 }, () => 0).nextMs()).to.equal(5);
  });

  it('ends at once when it is aborted', async () => {
    const controller = new AbortController();
    const paused = pause(3_600_000, controller.signal);
    controller.abort();
    await paused;
    await pause(3_600_000, controller.signal);
  });
});
