import { expect } from 'chai';
import { currentTraceparent, startTracing } from './tracing.ts';

describe('tracing without an endpoint', () => {
  it('exports nothing, loads no SDK and names no trace', async () => {
    const tracing = await startTracing({
      serviceName: 'ampora-server',
      serviceVersion: '0',
      environment: 'test',
      instanceId: 'a',
      endpoint: '',
      headers: {},
      samplingRatio: 1,
    });
    expect(tracing.exporting).to.equal(false);
    expect(currentTraceparent()).to.equal(undefined);
    await tracing.stop();
  });
});
