import { expect } from 'chai';
import { spanText, timeText } from './time-text.ts';

describe('times for people', () => {
  for (const [ms, text] of [
    [0, '0s'],
    [59_400, '59s'],
    [60_000, '1m'],
    [310_000, '5m10s'],
    [12_000_000, '3h20m'],
    [367_200_000, '4d6h'],
  ] as const) {
    it(`${ms} ms are ${text}`, () => {
      expect(spanText(ms)).to.equal(text);
    });
  }

  it('a timestamp is cut to the second, and nothing stays nothing', () => {
    expect(timeText('2026-11-21T10:15:00.123Z')).to.equal('2026-11-21 10:15:00');
    expect(timeText(null)).to.equal('');
  });
});
