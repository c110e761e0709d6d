import { expect } from 'chai';
import { readTypedMoment } from './typed-moment.ts';

const now = new Date(2026, 2, 10, 12, 0, 0).getTime();
function local(year: number, month: number, ...rest: readonly number[]): string {
  return new Date(year, month, ...(rest as [number])).toISOString();
}

function atOf(text: string): string | null {
  const typed = readTypedMoment(text, now);
  if (typed.kind === 'refused') throw new Error(typed.reason);
  return typed.at;
}
const refusal = (text: string) => {
  const typed = readTypedMoment(text, now);
  return typed.kind === 'refused' ? typed.reason : null;
};

describe('a moment as people type it', () => {
  it('is now in words', () => {
    expect(atOf(' Now ')).to.equal(null);
    expect(atOf('live')).to.equal(null);
  });

  it('is a log position when it is digits only', () => {
    expect(atOf('0042')).to.equal('42');
  });

  it('is so long ago', () => {
    expect(atOf('20 min ago')).to.equal(new Date(now - 1_200_000).toISOString());
    expect(atOf('2h')).to.equal(new Date(now - 7_200_000).toISOString());
    expect(atOf('-1.5 days')).to.equal(new Date(now - 129_600_000).toISOString());
  });

  it('is a clock of today, or of yesterday when today’s is still to come', () => {
    expect(atOf('11:30')).to.equal(local(2026, 2, 10, 11, 30));
    expect(atOf('14:30:05.25')).to.equal(local(2026, 2, 9, 14, 30, 5, 250));
    expect(atOf('yesterday 09:00')).to.equal(local(2026, 2, 9, 9));
  });

  it('is a local day, with or without a clock', () => {
    expect(atOf('2026-03-01')).to.equal(local(2026, 2, 1));
    expect(atOf('2026-03-01 08:15')).to.equal(local(2026, 2, 1, 8, 15));
  });

  it('is an RFC 3339 time with its own zone', () => {
    expect(atOf('2026-03-01T10:00:00+02:00')).to.equal('2026-03-01T08:00:00.000Z');
    expect(atOf('2026-03-01t08:00:00z')).to.equal('2026-03-01T08:00:00.000Z');
  });

  it('is refused with a reason when it is none, or still to come', () => {
    for (const text of ['', 'soon', '25:00', '12:61', '2026-02-31', '1 fortnight ago'])
      expect(refusal(text), text).to.include('Not a moment');
    expect(refusal('2026-03-10 12:01')).to.include('still to come');
  });
});
