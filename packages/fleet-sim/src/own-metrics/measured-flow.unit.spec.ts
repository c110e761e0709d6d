import { readMetrics } from '@ampora/own-metrics';
import { expect } from 'chai';
import { localConfig } from '../running-config.ts';
import { MeasuredFlow } from './measured-flow.ts';

const start = 1_700_000_000_000;
const collector = { running: localConfig, health: { is: 'ok' } as const, instanceId: 'uid' };

describe('what flows through a simulated Collector', () => {
  const valuesOf = (body: Uint8Array | undefined) => {
    const [{ points } = { points: [] }] = body ? readMetrics(body, 'protobuf') : [];
    return Object.fromEntries(
      points.map(({ measure: { section, id, signal, quantity }, value }) => [
        `${section} ${id} ${signal} ${quantity}`,
        value,
      ]),
    );
  };

  it('is counted for each component that it runs, and only grows', () => {
    const flow = new MeasuredFlow(7, start);
    flow.report(collector, start);
    const first = valuesOf(flow.report(collector, start + 10_000));
    const second = valuesOf(flow.report(collector, start + 20_000));
    expect(Object.keys(first)).to.include.members([
      'receivers otlp traces in',
      'processors batch traces in',
      'processors batch traces out',
      'exporters debug traces out',
      'exporters debug metrics out',
    ]);
    expect(first['receivers otlp traces in']).to.be.within(10 * 20 * 0.7, 10 * 2_000 * 1.3);
    for (const [name, value] of Object.entries(first)) expect(second[name], name).to.be.above(value);
  });

  it('fails at the exporter that is broken, and is not told while the Collector is down', () => {
    const flow = new MeasuredFlow(7, start);
    const health = { is: 'degraded', component: 'exporter:debug', error: 'x' } as const;
    flow.report({ ...collector, health }, start);
    const values = valuesOf(flow.report({ ...collector, health }, start + 10_000));
    expect(values['exporters debug traces failed']).to.be.above(0);
    expect(values).to.not.have.property('exporters debug traces out');
    const down = { is: 'down', error: 'x' } as const;
    expect(flow.report({ ...collector, health: down }, start + 20_000)).to.equal(undefined);
  });
});
