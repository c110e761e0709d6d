import { expect } from 'chai';
import fc from 'fast-check';
import { RateTable, type SeriesPoint, WINDOW_MS } from './rate-table.ts';

const start = 1_700_000_000_000;
const cumulative = (seconds: number, value: number, startMs = 0): SeriesPoint => ({
  temporality: 'cumulative',
  startMs,
  timeMs: start + seconds * 1_000,
  value,
});
const delta = (seconds: number, value: number, startMs = 0): SeriesPoint => ({
  ...cumulative(seconds, value, startMs),
  temporality: 'delta',
});

function rateAfter(points: readonly SeriesPoint[]): number | undefined {
  const table = new RateTable();
  points.forEach((point, index) => (index === 0 ? table.add(point) : table.observe(0, point)));
  return table.rate(0);
}

describe('the rate of a counter', () => {
  it('is not known from one point that says nothing of its start', () => {
    expect(rateAfter([cumulative(0, 500)])).to.equal(undefined);
  });

  it('is known from one point when the counter was started lately', () => {
    expect(rateAfter([cumulative(10, 500, start)])).to.equal(50);
    expect(rateAfter([cumulative(7_200, 500, start)])).to.equal(undefined);
  });

  it('is what was added per second', () => {
    expect(rateAfter([cumulative(0, 1_000), cumulative(30, 1_600)])).to.equal(20);
    expect(rateAfter([delta(0, 7), delta(30, 600)])).to.equal(20);
    expect(rateAfter([delta(30, 600, start)])).to.equal(20);
  });

  it('goes on where a counter began again, at a smaller number or at another start', () => {
    expect(rateAfter([cumulative(0, 1_000), cumulative(30, 300)])).to.equal(10);
    expect(rateAfter([cumulative(0, 100, start - 900_000), cumulative(30, 300, start + 1_000)])).to.equal(10);
  });

  it('forgets what is longer ago than the window', () => {
    const idle = Array.from({ length: 30 }, (_, index) => cumulative(60 + index * 10, 6_000));
    expect(rateAfter([cumulative(0, 0), cumulative(50, 5_000), ...idle])).to.equal(0);
  });

  it('takes two points a minute apart as well as many in one', () => {
    expect(rateAfter([0, 1, 2, 3].map((minute) => cumulative(minute * 60, minute * 600)))).to.equal(10);
    expect(rateAfter([0, 1, 2, 3].map((minute) => cumulative(minute * 600, minute * 6_000)))).to.equal(10);
  });

  it('is not changed by what comes late', () => {
    const points = [cumulative(0, 0), cumulative(30, 300)];
    expect(rateAfter([...points, cumulative(15, 9_999), cumulative(30, 5)])).to.equal(rateAfter(points));
  });

  it('begins anew when the clock of the sender is set back', () => {
    const after = [cumulative(90_000, 100), cumulative(0, 200), cumulative(10, 300)];
    expect(rateAfter(after)).to.equal(10);
  });
});

describe('a rate, whatever is sent', () => {
  const points = fc.array(
    fc.record({
      temporality: fc.constantFrom('cumulative', 'delta'),
      startMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 10_000_000 })),
      timeMs: fc.integer({ min: 1, max: 10_000_000 }),
      value: fc.oneof(fc.integer({ min: 0, max: 1_000_000 }), fc.double({ min: 0, max: 1e18, noNaN: true })),
    }) as fc.Arbitrary<SeriesPoint>,
    { minLength: 1, maxLength: 60 },
  );

  it('is never negative and always a number', () => {
    fc.assert(
      fc.property(points, (sent) => {
        const rate = rateAfter(sent);
        expect(rate === undefined || (Number.isFinite(rate) && rate >= 0)).to.equal(true);
      }),
    );
  });

  it('is the same for sums since the start as for what was added since the last', () => {
    const steps = fc.array(
      fc.record({ ms: fc.integer({ min: 1, max: 90_000 }), added: fc.integer({ min: 0, max: 1_000_000 }) }),
      { minLength: 2, maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 1_000_000 }), (given, before) => {
        let timeMs = start;
        let value = before;
        const sums = [cumulative(0, before)];
        const additions = [delta(0, before)];
        for (const { ms, added } of given) {
          timeMs += ms;
          value += added;
          sums.push({ ...cumulative(0, value), timeMs });
          additions.push({ ...delta(0, added), timeMs });
        }
        expect(rateAfter(sums)).to.equal(rateAfter(additions));
      }),
    );
  });

  it('is between the slowest and the fastest that the counter was', () => {
    const steps = fc.array(
      fc.record({
        ms: fc.integer({ min: 1_000, max: 30_000 }),
        perSecond: fc.integer({ min: 0, max: 1_000 }),
        restarts: fc.boolean(),
      }),
      { minLength: 1, maxLength: 40 },
    );
    fc.assert(
      fc.property(steps, (given) => {
        let timeMs = start;
        let value = 50_000;
        const sent = [{ ...cumulative(0, value), timeMs }];
        for (const { ms, perSecond, restarts } of given) {
          timeMs += ms;
          const added = (perSecond * ms) / 1_000;
          value = restarts && added < value ? added : value + added;
          sent.push({ ...cumulative(0, value), timeMs });
        }
        const speeds = given.map(({ perSecond }) => perSecond);
        const rate = rateAfter(sent) as number;
        expect(rate).to.be.within(Math.min(...speeds) - 1e-6, Math.max(...speeds) + 1e-6);
      }),
    );
  });

  it('is measured over no more than the window where points are close', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: WINDOW_MS / 2 }),
        fc.integer({ min: 1, max: 300 }),
        (ms, count) => {
          const before = Array.from({ length: count }, (_, index) =>
            cumulative((index * ms) / 1_000, index * 7),
          );
          const last = count * ms;
          const still = Array.from({ length: Math.ceil((WINDOW_MS * 1.5) / ms) + 2 }, (_, index) =>
            cumulative((last + index * ms) / 1_000, count * 7),
          );
          expect(rateAfter([...before, ...still])).to.equal(0);
        },
      ),
    );
  });
});
