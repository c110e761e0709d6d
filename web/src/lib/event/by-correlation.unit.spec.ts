import { expect } from 'chai';
import { byCorrelation } from './by-correlation.ts';

const event = (position: number, correlationId: string) => ({ position, correlationId });

describe('events by correlation', () => {
  it('stand together where the first of them stands, in their order', () => {
    const groups = byCorrelation([event(9, 'b'), event(8, 'a'), event(7, 'b'), event(6, 'c')]);
    expect(
      groups.map(({ correlationId, events }) => [correlationId, events.map(({ position }) => position)]),
    ).to.deep.equal([
      ['b', [9, 7]],
      ['a', [8]],
      ['c', [6]],
    ]);
  });
});
