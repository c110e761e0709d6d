import { expect } from 'chai';
import { TokenBucket } from './token-bucket.ts';

describe('a token bucket', () => {
  it('gives what is in it, and no more until time has passed', () => {
    const bucket = new TokenBucket(10, 2, 0);
    expect([bucket.take(0), bucket.take(0), bucket.take(0)]).to.deep.equal([true, true, false]);
    expect([bucket.take(99), bucket.take(100)]).to.deep.equal([false, true]);
  });

  it('never holds more than its burst', () => {
    const bucket = new TokenBucket(10, 2, 0);
    expect([bucket.take(60_000, 3), bucket.take(60_000, 2)]).to.deep.equal([false, true]);
  });

  it('lets one go into debt and says when it is paid', () => {
    const bucket = new TokenBucket(10, 1, 0);
    expect([bucket.charge(0), bucket.charge(0), bucket.charge(0)]).to.deep.equal([0, 100, 200]);
    expect(bucket.charge(1_000)).to.equal(0);
  });

  it('is not confused by a clock that goes back', () => {
    const bucket = new TokenBucket(10, 1, 1_000);
    expect([bucket.take(500), bucket.take(500)]).to.deep.equal([true, false]);
  });
});
