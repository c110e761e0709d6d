import { expect } from 'chai';
import fc from 'fast-check';
import { LatencyHistogram } from './latency-histogram.ts';

describe('a latency histogram', () => {
  it('knows nothing before it has measured', () => {
    expect(new LatencyHistogram().quantile(0.99)).to.equal(undefined);
  });

  it('is never more than a bucket away from the true quantile', () => {
    const samples = fc.array(fc.double({ min: 0.1, max: 100_000, noNaN: true }), {
      minLength: 1,
      maxLength: 200,
    });
    fc.assert(
      fc.property(samples, fc.constantFrom(0.5, 0.9, 0.99, 1), (values, share) => {
        const histogram = new LatencyHistogram();
        for (const value of values) histogram.add(value);
        const sorted = values.toSorted((left, right) => left - right);
        const exact = sorted[Math.ceil(values.length * share) - 1]!;
        expect(histogram.quantile(share)).to.be.within(exact * 0.999, exact * 1.051);
      }),
    );
  });
});
