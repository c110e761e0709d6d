import { expect } from 'chai';
import { lineEndsOf, withLineEnds } from './line-ends.ts';

describe('the line ends of a text', () => {
  const cases = [
    ['a: 1\nb: 2\n', 'lf'],
    ['a: 1', 'lf'],
    ['a: 1\r\nb: 2\r\n', 'crlf'],
    ['a: 1\r\nb: 2\n', 'mixed'],
    ['a: 1\nb: 2\r\n', 'mixed'],
    ['a: 1\rb: 2\r', 'mixed'],
    ['\r\n\r\n', 'crlf'],
  ] as const;
  for (const [text, ends] of cases)
    it(`are ${ends} in ${JSON.stringify(text)}`, () => expect(lineEndsOf(text)).to.equal(ends));

  it('come back as they were', () => {
    expect(withLineEnds('a\nb\n', 'crlf')).to.equal('a\r\nb\r\n');
    expect(withLineEnds('a\nb\n', 'lf')).to.equal('a\nb\n');
    expect(withLineEnds('a\r\nb\n', 'mixed')).to.equal('a\r\nb\n');
  });
});
