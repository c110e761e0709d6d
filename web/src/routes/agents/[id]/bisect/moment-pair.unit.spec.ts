import type { AgentLife } from '@ampora/api-contract';
import { expect } from 'chai';
import { boundsOf, lastTurn, moved, nearest, viewAround } from './moment-pair.ts';

const minute = 60_000;
const at = (minutes: number) => new Date(minutes * minute).toISOString();
const interval = (from: number, to: number | null, healthy: boolean | null) => ({
  from: at(from),
  to: to === null ? null : at(to),
  position: '1',
  connected: true,
  healthy,
  driftState: 'in-sync' as const,
  remoteConfigStatus: 'applied' as const,
});
const life: AgentLife = {
  from: at(0),
  to: at(100),
  intervals: [
    interval(0, 1, null),
    interval(1, 20, true),
    interval(20, 30, false),
    interval(30, 50, true),
    interval(50, null, false),
  ],
  reduced: false,
};
const bounds = boundsOf(life);
const pair = { good: 30 * minute, bad: 50 * minute };

describe('two moments on a life line', () => {
  it('begin at the newest turn from healthy to unhealthy', () => {
    expect(lastTurn(life)).to.deep.equal(pair);
    expect(lastTurn({ ...life, intervals: life.intervals.slice(0, 2) })).to.equal(null);
  });

  it('are seen with as much around them, inside the life', () => {
    expect(viewAround(pair, bounds)).to.deep.equal({ from: 20 * minute, to: 60 * minute });
    expect(viewAround({ good: 0, bad: 90 * minute }, bounds)).to.deep.equal({ from: 0, to: 100 * minute });
  });

  it('never pass each other, or leave the life', () => {
    expect(moved(pair, 'good', 70 * minute, bounds).good).to.equal(pair.bad - 1);
    expect(moved(pair, 'bad', 10 * minute, bounds).bad).to.equal(pair.good + 1);
    expect(moved(pair, 'bad', 999 * minute, bounds).bad).to.equal(bounds.to);
  });

  it('are told apart by which is nearer', () => {
    expect(nearest(pair, 31 * minute)).to.equal('good');
    expect(nearest(pair, 49 * minute)).to.equal('bad');
  });
});
