import type { LiveChanges } from '@ampora/api-contract';
import { expect } from 'chai';
import { mergeChanges, stale, staleAfter, touchesAgent } from './changes.ts';

const changes = (over: Partial<LiveChanges> = {}): LiveChanges => ({
  position: '1',
  at: '2026-03-01T12:00:00.000Z',
  agents: [],
  configurations: [],
  types: [],
  fleet: false,
  many: false,
  events: 1,
  ...over,
});
const isStale = (message: LiveChanges, dependency: string) => staleAfter(message)(new URL(dependency));

describe('live changes', () => {
  it('are merged without saying anything twice', () => {
    const merged = mergeChanges(
      changes({ agents: ['a', 'b'], types: ['X'], events: 2 }),
      changes({ position: '7', agents: ['b', 'c'], types: ['X', 'Y'], many: true }),
    );
    expect(merged).to.deep.equal(
      changes({ position: '7', agents: ['a', 'b', 'c'], types: ['X', 'Y'], many: true, events: 3 }),
    );
  });

  it('touch the listed agents, and all when there are too many to list', () => {
    expect(touchesAgent(changes({ agents: ['a'] }), 'a')).to.equal(true);
    expect(touchesAgent(changes({ agents: ['a'] }), 'b')).to.equal(false);
    expect(touchesAgent(changes({ many: true }), 'b')).to.equal(true);
    expect(touchesAgent(changes({ fleet: true }), 'b')).to.equal(true);
  });

  it('make only what they touch stale', () => {
    const one = changes({ agents: ['a'] });
    expect(isStale(one, stale.agent('a'))).to.equal(true);
    expect(isStale(one, stale.agent('b'))).to.equal(false);
    expect(isStale(one, stale.drift)).to.equal(true);
    expect(isStale(one, stale.configuration('c'))).to.equal(false);
  });

  it('leave fleet pages alone when only a configuration changed', () => {
    const edit = changes({ configurations: ['c'] });
    expect(isStale(edit, stale.configuration('c'))).to.equal(true);
    expect(isStale(edit, stale.configurations)).to.equal(true);
    expect(isStale(edit, stale.agents)).to.equal(false);
  });

  it('renew the audit log when somebody did something, and the roots when one was sealed', () => {
    const said = changes({ agents: ['a'], types: ['AgentHealthReported', 'ContentStored'] });
    expect(isStale(said, stale.audit)).to.equal(false);
    expect(isStale(changes({ types: ['AgentConfigurationAssigned'] }), stale.audit)).to.equal(true);
    const sealed = changes({ types: ['AuditRootSealed'] });
    expect(isStale(sealed, stale.roots)).to.equal(true);
    expect(isStale(said, stale.roots)).to.equal(false);
  });

  it('make every agent stale when there are too many to list', () => {
    expect(isStale(changes({ many: true }), stale.agent('b'))).to.equal(true);
  });
});
