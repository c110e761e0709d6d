import type { ChangePlan } from '@ampora/api-contract';
import { expect } from 'chai';
import { planLines } from './print-plan.ts';

const version = (number: number) => ({ configurationId: 'c', name: 'gateway', version: number });
const plan: ChangePlan = {
  agents: {
    total: 25,
    starts: 1,
    changes: 24,
    stops: 0,
    sample: [
      { agentId: 'a', displayName: 'edge-1', op: '+', before: null, after: version(2) },
      { agentId: 'b', displayName: 'edge-2', op: '~', before: version(1), after: version(2) },
    ],
  },
  groups: [{ op: '~', groupId: 'g', name: 'canaries', joins: 3, leaves: 0 }],
  pipelines: [{ op: '~', signal: 'traces', id: 'traces', agents: 24 }],
  destinations: [{ op: '+', exporter: 'otlp', endpoint: 'two:4317', agents: 25 }],
  tenants: ['default'],
  throughput: null,
  stopsMatching: { count: 0, sample: [] },
  warnings: [{ code: 'x', message: 'Mind this.' }],
  totals: { add: 2, change: 26, remove: 0 },
};

describe('a plan on a terminal', () => {
  it('marks what comes, changes and goes, says how many are not shown, and sums up', () => {
    expect(planLines(plan)).to.deep.equal([
      'Agents: 1 start, 24 change, 0 stop',
      '  +  edge-1  nothing    → gateway@2',
      '  ~  edge-2  gateway@1  → gateway@2',
      '    and 23 more',
      '',
      'Groups',
      '  ~  canaries  +3    -0 agents',
      '',
      'Pipelines',
      '  ~  traces  24 agents',
      '',
      'Destinations',
      '  +  otlp two:4317  25 agents',
      '',
      '! Mind this.',
      'Plan: 2 to add, 26 to change, 0 to remove. Nothing was done.',
    ]);
  });

  it('says what the agents carry, where they measure it', () => {
    const throughput = { reporting: 3, signals: [{ signal: 'traces', itemsPerSecond: 1234.4 }] };
    expect(planLines({ ...plan, throughput })).to.include(
      'Throughput now: 1,234 traces items/s, measured by 3 of these agents',
    );
    expect(planLines({ ...plan, throughput: { reporting: 1, signals: [] } })).to.include(
      'Throughput now: nothing, measured by 1 of these agents',
    );
  });
});
