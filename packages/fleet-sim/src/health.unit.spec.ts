import { expect } from 'chai';
import { toHealthTree } from './health.ts';
import { localConfig } from './running-config.ts';

const moment = { startedAtMs: 1_000, changedAtMs: 2_000 };

describe('a health report', () => {
  it('has a node for each pipeline and each component in it', () => {
    const tree = toHealthTree({ is: 'ok' }, localConfig, moment);
    expect(tree).to.include({ healthy: true, status: 'StatusOK', startTimeUnixNano: 1_000_000_000n });
    expect(Object.keys(tree.componentHealthMap!)).to.deep.equal([
      'extensions',
      'pipeline:traces',
      'pipeline:metrics',
    ]);
    expect(tree.componentHealthMap!['pipeline:traces']!.componentHealthMap!['receiver:otlp']).to.include({
      healthy: true,
      status: 'StatusOK',
      statusTimeUnixNano: 2_000_000_000n,
    });
  });

  it('blames the one component that fails, and all above it', () => {
    const state = { is: 'degraded', component: 'exporter:debug', error: 'refused' } as const;
    const tree = toHealthTree(state, localConfig, moment);
    const pipeline = tree.componentHealthMap!['pipeline:traces']!;
    expect(tree).to.include({ healthy: false, status: 'StatusRecoverableError', lastError: 'refused' });
    expect(pipeline.healthy).to.equal(false);
    expect(pipeline.componentHealthMap!['exporter:debug']!.lastError).to.equal('refused');
    expect(pipeline.componentHealthMap!['receiver:otlp']!.healthy).to.equal(true);
    expect(tree.componentHealthMap!['extensions']!.healthy).to.equal(true);
  });

  it('is unhealthy and without a tree when the process is down, empty before it has spoken, healthy when it is meant to stand still', () => {
    expect(toHealthTree({ is: 'down', error: 'PID=1' }, localConfig, moment)).to.deep.equal({
      healthy: false,
      lastError: 'PID=1',
      statusTimeUnixNano: 2_000_000_000n,
    });
    expect(toHealthTree({ is: 'unknown' }, localConfig, moment)).to.deep.equal({});
    expect(toHealthTree({ is: 'idle' }, localConfig, moment)).to.include({ healthy: true });
  });
});
