import { EVENT_TYPE, STREAM_NAME } from '@eventstore/db-client';
import { expect } from 'chai';
import { matchesFilter, serverFilter } from './event-filter.ts';

describe("the port's filter", () => {
  const event = { streamId: 'agent-1', type: 'AgentConnected' };
  const cases: readonly (readonly [string, Parameters<typeof matchesFilter>[0], boolean])[] = [
    ['absent', undefined, true],
    ['empty object', {}, true],
    ['right prefix', { streamPrefixes: ['tenant-', 'agent-'] }, true],
    ['wrong prefix', { streamPrefixes: ['tenant-'] }, false],
    ['right type', { types: ['AgentConnected'] }, true],
    ['a type that only starts alike', { types: ['Agent'] }, false],
    ['right prefix, wrong type', { streamPrefixes: ['agent-'], types: ['X'] }, false],
    ['no prefix at all', { streamPrefixes: [] }, false],
    ['no type at all', { types: [] }, false],
  ];
  for (const [what, filter, expected] of cases) {
    it(`(${what}) ${expected ? 'lets an event pass' : 'leaves an event out'}`, () => {
      expect(matchesFilter(filter, event)).to.equal(expected);
    });
  }

  it('is left to the server as far as it can', () => {
    const reached = () => undefined;
    expect(serverFilter({ streamPrefixes: ['a-'], types: ['T'] }, reached)).to.deep.include({
      filterOn: STREAM_NAME,
      prefixes: ['a-'],
    });
    expect(serverFilter({ types: ['T'] }, reached)).to.deep.include({
      filterOn: EVENT_TYPE,
      prefixes: ['T'],
    });
    for (const filter of [undefined, {}, { types: [] }]) {
      const asked = serverFilter(filter, reached);
      const regex = 'regex' in asked ? asked.regex : '';
      expect(['$metadata', 'AgentConnected'].map((type) => new RegExp(regex).test(type))).to.deep.equal([
        false,
        true,
      ]);
    }
  });
});
