import { expect } from 'chai';
import fc from 'fast-check';
import { type ActivityBucket, around, barsOf, bucketAt, reaches, tailOf } from './log-activity.ts';

const start = Date.parse('2026-03-01T12:00:00.000Z');
const hour = 3_600_000;
const bounds = { from: start, to: start + 10 * hour };
const [lastHour, lastDay] = reaches;

function bucket(
  from: number,
  to: number,
  events: number,
  over: Partial<ActivityBucket> = {},
): ActivityBucket {
  return {
    from: new Date(start + from).toISOString(),
    to: new Date(start + to).toISOString(),
    events,
    changes: 0,
    trouble: 0,
    ...over,
  };
}

describe('the view of the log', () => {
  it('is its end, no longer than its life', () => {
    expect(tailOf(bounds, lastHour)).to.deep.equal({ from: start + 9 * hour, to: bounds.to });
    expect(tailOf(bounds, lastDay)).to.deep.equal(bounds);
  });

  it('can lie around a moment, and stays inside the log’s life', () => {
    const reach = fc.constantFrom(...reaches);
    fc.assert(
      fc.property(reach, fc.integer({ min: 0, max: 10 * hour }), (chosen, offset) => {
        const moment = start + offset;
        const view = around(bounds, chosen, moment);
        expect(view.from).to.be.at.least(bounds.from);
        expect(view.to).to.be.at.most(bounds.to);
        expect(view.to - view.from).to.equal(Math.min(chosen.ms, 10 * hour));
        expect(moment).to.be.within(view.from, view.to);
      }),
    );
  });
});

describe('the bars of the log', () => {
  const view = { from: start, to: start + 100 };

  it('stand where their time is, and are as high as the root of their events', () => {
    const bars = barsOf([bucket(0, 50, 100), bucket(50, 100, 25)], view, 200);
    expect(bars.map(({ x, width, height }) => [x, width, height])).to.deep.equal([
      [0, 100, 1],
      [100, 100, 0.5],
    ]);
  });

  it('leave out what is empty or not in view, and cut what sticks out', () => {
    const bars = barsOf([bucket(-100, -50, 9), bucket(-50, 50, 9), bucket(50, 60, 0)], view, 200);
    expect(bars.map(({ x, width }) => [x, width])).to.deep.equal([[0, 100]]);
  });

  it('show trouble, however little of it there is', () => {
    const [some, none] = barsOf([bucket(0, 50, 100, { trouble: 1 }), bucket(50, 100, 100)], view, 200);
    expect(some?.trouble).to.equal(0.2);
    expect(none?.trouble).to.equal(0);
  });

  it('know which one a moment falls into', () => {
    const buckets = [bucket(0, 50, 1), bucket(50, 100, 2)];
    expect(bucketAt(buckets, start + 50)?.events).to.equal(2);
    expect(bucketAt(buckets, start + 100)).to.equal(null);
  });
});
