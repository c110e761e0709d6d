import {
  AgentCapability,
  type AgentToServer,
  decodeAgentToServer,
  encodeAgentToServer,
  type MessageInit,
} from '@ampora/opamp-protocol';
import { expect } from 'chai';
import { missesState } from './full-state.ts';
import { judgeSequence, type SequenceVerdict } from './sequence.ts';

const capabilities =
  AgentCapability.ReportsStatus | AgentCapability.ReportsHealth | AgentCapability.ReportsEffectiveConfig;
const message = (parts: MessageInit<AgentToServer>) =>
  decodeAgentToServer(encodeAgentToServer({ capabilities, ...parts }));
const complete = { agentDescription: {}, health: {}, effectiveConfig: {} };

describe('the place of a message', () => {
  const table: [bigint | undefined, bigint, SequenceVerdict][] = [
    [undefined, 0n, 'first'],
    [undefined, 37n, 'first'],
    [4n, 5n, 'next'],
    [2n ** 64n - 1n, 0n, 'next'],
    [4n, 4n, 'repeated'],
    [0n, 0n, 'repeated'],
    [4n, 0n, 'restarted'],
    [4n, 6n, 'gap'],
    [4n, 3n, 'backwards'],
  ];
  for (const [last, next, verdict] of table) {
    it(`is ${verdict} for ${next} after ${last}`, () => {
      expect(judgeSequence(last, next)).to.equal(verdict);
    });
  }
});

describe('whether full state is asked for', () => {
  const table: [string, SequenceVerdict, MessageInit<AgentToServer>, boolean][] = [
    ['S8 not of a first report that is complete', 'first', complete, false],
    [
      'S8 not of a first report at 0 that lacks what will come later',
      'first',
      { agentDescription: {} },
      false,
    ],
    ['S7 of a first message that is compressed', 'first', { sequenceNum: 37n }, true],
    ['S7 of a first message at 0 without a description', 'first', {}, true],
    ['S9 not of an agent that begins anew', 'restarted', complete, false],
    ['S6 of a gap', 'gap', { sequenceNum: 7n }, true],
    ['S6 not of a gap whose message has all there is', 'gap', { sequenceNum: 7n, ...complete }, false],
    [
      'S6 of a gap whose message lacks one promised part',
      'gap',
      { sequenceNum: 7n, ...complete, health: undefined },
      true,
    ],
    ['X26 of an older message, complete or not', 'backwards', { sequenceNum: 2n, ...complete }, true],
    ['not of the next one', 'next', {}, false],
  ];
  for (const [title, verdict, parts, asks] of table) {
    it(title, () => {
      expect(
        missesState(message(parts), { verdict, opensConnection: true, repeatsWithNews: false }),
      ).to.equal(asks);
    });
  }

  it('X26 of an agent that begins anew in the middle of a connection', () => {
    expect(
      missesState(message(complete), {
        verdict: 'restarted',
        opensConnection: false,
        repeatsWithNews: false,
      }),
    ).to.equal(true);
  });

  it('S6 of a number that comes again with other content, not with the same', () => {
    const place = { verdict: 'repeated', opensConnection: false } as const;
    expect(missesState(message(complete), { ...place, repeatsWithNews: true })).to.equal(true);
    expect(missesState(message(complete), { ...place, repeatsWithNews: false })).to.equal(false);
  });
});
