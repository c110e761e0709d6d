import type { ReplayedStep } from '@ampora/replay';
import { expect } from 'chai';
import { type Move, placeAfter, placeOf } from './places.ts';

const steps = [
  ['AgentConnected', 'identical', 3n],
  ['FleetConfigurationAssigned', 'identical', 5n],
  ['AgentRemoteConfigOffered', 'different', 6n],
  ['ConfigurationVersionPublished', 'identical', 9n],
].map(([type, verdict, position]) => ({ event: { type, position }, verdict }) as unknown as ReplayedStep);

describe('stepping through a replay', () => {
  const after = (move: Move, place: number) => placeAfter(move, place, steps);

  it('goes to the next and the previous step, and no further than there are steps', () => {
    expect([after('next', 0), after('next', 3)]).to.deep.equal([1, 3]);
    expect([after('previous', 2), after('previous', 0)]).to.deep.equal([1, 0]);
    expect([after('first', 2), after('last', 1)]).to.deep.equal([0, 3]);
    expect(placeAfter('last', 0, [])).to.equal(0);
  });

  it('goes to what people changed, forwards and backwards, and to what differs', () => {
    expect([after('next-change', 0), after('next-change', 1), after('next-change', 3)]).to.deep.equal([
      1, 3, 3,
    ]);
    expect([after('previous-change', 3), after('previous-change', 1)]).to.deep.equal([1, 1]);
    expect([after('next-difference', 0), after('next-difference', 2)]).to.deep.equal([2, 2]);
  });

  it('jumps to a position, or to the step before it', () => {
    expect([1n, 3n, 5n, 8n, 99n].map((position) => placeOf(position, steps))).to.deep.equal([0, 0, 1, 2, 3]);
  });
});
