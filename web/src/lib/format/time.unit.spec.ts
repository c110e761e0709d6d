import { expect } from 'chai';
import { absoluteTime, clockText, durationText, fromUnixNano, relativeTime } from './time.ts';

const now = Date.parse('2026-03-01T12:00:00.000Z');

describe('relative time', () => {
  const cases: [string, string][] = [
    ['2026-03-01T11:59:58.000Z', 'just now'],
    ['2026-03-01T11:59:48.000Z', '12 s ago'],
    ['2026-03-01T11:59:00.001Z', '59 s ago'],
    ['2026-03-01T11:59:00.000Z', '1 min ago'],
    ['2026-03-01T09:00:00.000Z', '3 h ago'],
    ['2026-02-19T12:00:00.000Z', '10 d ago'],
    ['2025-11-01T12:00:00.000Z', '3 mo ago'],
    ['2020-03-01T12:00:00.000Z', '5 y ago'],
    ['2026-03-01T15:00:00.000Z', 'in 3 h'],
  ];
  for (const [at, text] of cases) {
    it(`says "${text}"`, () => {
      expect(relativeTime(at, now)).to.equal(text);
    });
  }
});

describe('other times', () => {
  it('shows the zone in the absolute form', () => {
    expect(absoluteTime('2026-03-01T12:00:05.000Z', 'UTC')).to.match(/1 Mar 2026.*12:00:05 UTC/);
  });

  it('leaves the day out of a clock of today only', () => {
    expect(clockText('2026-03-01T11:00:00.000Z', now, 'UTC')).to.equal('11:00:00');
    expect(clockText('2026-02-28T11:00:00.000Z', now, 'UTC')).to.equal('28 Feb 11:00:00');
  });

  it('rounds durations down', () => {
    expect(durationText(119_000)).to.equal('1 min');
  });

  it('reads Unix nanoseconds without loss and knows "not set"', () => {
    expect(fromUnixNano('1772366400123456789')).to.equal(1_772_366_400_123);
    expect(fromUnixNano('0')).to.equal(null);
    expect(fromUnixNano('')).to.equal(null);
  });
});
