import { expect } from 'chai';

import { findPatternFault } from './find-pattern-fault.ts';

describe('a regular expression of a Collector', () => {
  for (const pattern of [
    String.raw`^(?P<time>\S+) \[(?P<level>\w+)\]`,
    String.raw`(?i)error|(?s:a.b)`,
    String.raw`[[:alpha:]]+\z`,
    String.raw`\Qa(b\E`,
    String.raw`\(?=a`,
    String.raw`(a*)*$`,
  ])
    it(`is taken: ${pattern}`, () => {
      expect(findPatternFault(pattern)).to.equal(undefined);
    });

  for (const [pattern, words] of [
    ['(a', /Unterminated group/],
    ['a)', /Unmatched/],
    ['*a', /Nothing to repeat/],
    ['(?=a)b', /ahead or behind/],
    [String.raw`(a)\1`, /earlier group/],
  ] as const)
    it(`is refused: ${pattern}`, () => {
      expect(findPatternFault(pattern)).to.match(words);
    });
});
