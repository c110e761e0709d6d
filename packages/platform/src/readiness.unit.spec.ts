import { expect } from 'chai';
import { createReadiness } from './readiness.ts';

describe('readiness', () => {
  it('is not given before anyone signed in, nor while one part is missing', async () => {
    const readiness = createReadiness();
    expect((await readiness.report()).ready).to.equal(false);
    const edge = readiness.signal('opamp-edge');
    const models = readiness.signal('read-models');
    edge.ready('listening on 4320');
    expect(await readiness.report()).to.deep.equal({
      ready: false,
      checks: [
        { name: 'opamp-edge', ready: true, detail: 'listening on 4320' },
        { name: 'read-models', ready: false, detail: 'starting' },
      ],
    });
    models.ready();
    expect((await readiness.report()).ready).to.equal(true);
    models.notReady('failed at position 12');
    expect((await readiness.report()).ready).to.equal(false);
  });

  it('takes a probe that fails or hangs for not ready, and says why', async () => {
    const readiness = createReadiness({ probeTimeoutMs: 20 });
    readiness.probe('fails', () => Promise.reject(new Error('connection refused')));
    readiness.probe('hangs', () => new Promise(() => undefined));
    expect((await readiness.report()).checks).to.deep.equal([
      { name: 'fails', ready: false, detail: 'connection refused' },
      { name: 'hangs', ready: false, detail: 'no answer within 20 ms' },
    ]);
  });

  it('asks once however many ask it', async () => {
    let asked = 0;
    const readiness = createReadiness({ cacheMs: 60_000 });
    readiness.probe('log', () => {
      asked++;
      return Promise.resolve({ ready: true });
    });
    await Promise.all(Array.from({ length: 50 }, () => readiness.report()));
    await readiness.report();
    expect(asked).to.equal(1);
  });
});
