import { expect } from 'chai';
import { parseAgainst, toCheckAgainst } from './check-against.ts';

const group = '11111111-2222-4333-8444-555555555555';
const asked = (query: string) => toCheckAgainst(parseAgainst(new URLSearchParams(query)));

describe('what a text is checked with', () => {
  const cases = [
    ['', { target: { all: true } }],
    ['against=none', {}],
    ['release=0.130.0&against=none', { release: '0.130.0' }],
    [`against=group:${group}`, { target: { groupId: group } }],
    ['against=group:nonsense', { target: { all: true } }],
    ['against=everything', { target: { all: true } }],
  ] as const;
  for (const [query, against] of cases)
    it(`is read from "?${query}"`, () => expect(asked(query)).to.deep.equal(against));
});
