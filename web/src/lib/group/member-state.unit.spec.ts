import { expect } from 'chai';
import fc from 'fast-check';
import { memberState, memberWords } from './member-state.ts';

describe('how the members of a group are', () => {
  it('is told in parts', () => {
    expect(memberWords({ members: 10, connected: 8, healthy: 7 })).to.equal(
      '7 healthy, 1 connected, not healthy, 2 offline',
    );
    expect(memberWords({ members: 0, connected: 0, healthy: 0 })).to.equal('');
  });

  it('adds up to the members, also when one left while it was healthy', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), fc.nat(1000), (members, away, sick) => {
        const connected = Math.max(0, members - away);
        const healthy = Math.max(0, members - sick);
        const counts = memberState({ members, connected, healthy }).map(({ count }) => count);
        expect(Math.min(...counts)).to.be.at.least(0);
        expect(counts.reduce((sum, count) => sum + count, 0)).to.equal(members);
      }),
    );
  });
});
