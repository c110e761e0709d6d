import { expect } from 'chai';
import fc from 'fast-check';

import { findOttlFault } from './find-ottl-fault.ts';

describe('a statement of the transformation language', () => {
  const good = [
    'set(attributes["a"], 1)',
    'set(span.status.code, STATUS_CODE_OK) where span.attributes["http.status_code"] == 404',
    'replace_pattern(attributes["http.url"], "token=[^&]+", "x=\\"y\\"")',
    'merge_maps(log.cache, ParseJSON(log.body), "upsert") where IsMatch(log.body, "^\\\\{")',
    'set(attributes["x"], Concat([attributes["a"], ".", "b"], "-")) where not IsString(body) and (a == 1 or b != nil)',
    'set(attributes["s"], Split(attributes["a"], ",")[0])',
    'set(time_unix_nano, (end - start) * 1.5 / 2) where (a + 1) * 2 >= -3',
    'set(attributes["m"], {"k": [1, 2.5], "n": {}})',
    'replace_all_patterns(attributes, "value", "a", "b", function=SHA256)',
    'limit(attributes, 100, ["a"])',
    'route() where attributes["tenant"] == "acme"',
    'set(trace_id, 0x01ab) where true',
    'append(attributes["tags"], values=["a"])',
    'made_of_a_later_release(attributes)',
  ];
  for (const text of good)
    it(`is taken: ${text}`, () => {
      expect(findOttlFault(text, 'statement')).to.equal(undefined);
    });

  const bad: readonly (readonly [text: string, at: number, words: RegExp])[] = [
    ['sett(attributes["a"], 1)', 0, /Did you mean set/],
    ['set(attributes["a"], IsMach("a", "b"))', 21, /IsMatch/],
    ['set(attributes["a"], 1', 22, /"\)"/],
    ['set(attributes["a"] 1)', 20, /"\)"/],
    ['attributes["a"] == 1', 10, /"\("/],
    ['set(a, 1) where a = 1', 18, /comparison/],
    ['set(a, 1) when a == 1', 10, /the end/],
    ["set(a, 'x')", 7, /means nothing/],
    ['', 0, /a function/],
  ];
  for (const [text, at, words] of bad)
    it(`is refused with its place: ${text}`, () => {
      const fault = findOttlFault(text, 'statement');
      expect(fault?.at).to.equal(at);
      expect(fault?.message).to.match(words);
    });
});

describe('a condition of the transformation language', () => {
  it('compares, or asks a function', () => {
    for (const text of [
      'a == 1',
      'IsMatch(name, "x")',
      'not (a == 1) and true',
      '((a == 1))',
      'severity_number < SEVERITY_NUMBER_WARN',
    ])
      expect(findOttlFault(text, 'condition'), text).to.equal(undefined);
    for (const text of ['a', 'a = 1', 'a ==', '(a == 1', 'a == 1 b == 2', 'set(a, 1) where b == 1'])
      expect(findOttlFault(text, 'condition'), text).not.to.equal(undefined);
  });

  it('of any shape has an answer and never an exception', () => {
    const piece = fc.constantFrom(
      'a',
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '"x"',
      '==',
      'and',
      'or',
      'not',
      '1',
      '-',
      '.',
      ',',
      'IsMatch',
      ' ',
      '"',
      '$',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const fault = findOttlFault(pieces.join(''), 'condition');
        if (fault !== undefined) expect(fault.message).not.to.equal('');
      }),
      { numRuns: 500 },
    );
  });

  it('of many brackets is given up in time', () => {
    const started = performance.now();
    expect(findOttlFault('('.repeat(5_000), 'condition')).not.to.equal(undefined);
    expect(performance.now() - started).to.be.lessThan(5_000);
  });
});
