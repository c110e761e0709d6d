import type { ComponentThroughput } from '@ampora/api-contract';
import { expect } from 'chai';
import { throughputKey } from '#lib/canvas/edge-rate.ts';
import { ratesOf } from './rates-of.ts';

const component = (given: Partial<ComponentThroughput>): ComponentThroughput => ({
  section: 'receivers',
  id: 'otlp',
  signal: 'traces',
  itemsPerSecond: 100,
  outgoingPerSecond: null,
  refusedPerSecond: null,
  failedPerSecond: null,
  queueSize: null,
  queueCapacity: null,
  ...given,
});

describe('rates for the picture', () => {
  it('are what leaves a component, and of none that is not measured', () => {
    const rates = ratesOf([
      component({}),
      component({ section: 'processors', id: 'filter', outgoingPerSecond: 90 }),
      component({ section: 'exporters', id: 'otlp', itemsPerSecond: null }),
    ]);
    expect([...rates]).to.deep.equal([
      [throughputKey('receivers', 'otlp', 'traces'), 100],
      [throughputKey('processors', 'filter', 'traces'), 90],
    ]);
  });
});
