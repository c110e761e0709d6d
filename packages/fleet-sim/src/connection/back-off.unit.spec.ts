import { expect } from 'chai';
import fc from 'fast-check';
import { Random } from '../random.ts';
import { BackOff, retryAfterMs } from './back-off.ts';

describe('the back-off', () => {
  it('grows by half from half a second to a minute, half of it left to chance', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const backOff = new BackOff(new Random(seed));
        for (let expected = 500, tries = 0; tries < 20; tries++, expected = Math.min(expected * 1.5, 60_000))
          expect(backOff.next()).to.be.within(expected * 0.5, expected * 1.5);
        backOff.reset();
        expect(backOff.next()).to.be.within(250, 750);
      }),
    );
  });

  it('waits as long as the server says when that is longer', () => {
    expect(new BackOff(new Random(1)).next(30_000)).to.equal(30_000);
  });

  it('reads Retry-After in seconds and as a date, and nothing else', () => {
    expect(retryAfterMs('3', 0)).to.equal(3_000);
    expect(retryAfterMs('Thu, 01 Jan 1970 00:01:00 GMT', 10_000)).to.equal(50_000);
    expect([undefined, 'soon', '-4'].map((header) => retryAfterMs(header, 0))).to.deep.equal([0, 0, 0]);
  });
});
