import { expect } from 'chai';
import { createAppendHealth } from './append-health.ts';

describe('whether facts can be stored', () => {
  const begin = () => {
    let nowMs = 0;
    const health = createAppendHealth({ failureCountsMs: 30_000, nowMs: () => nowMs });
    return { health, pass: (ms: number) => (nowMs += ms) };
  };

  it('is believed until an append fails, and again when one is stored', () => {
    const { health } = begin();
    expect(health.check()).to.deep.equal({ ready: true });
    health.failed(new Error('No space left on device'));
    expect(health.check()).to.deep.equal({
      ready: false,
      detail: 'the last append was not stored: No space left on device',
    });
    health.stored();
    expect(health.check()).to.deep.equal({ ready: true });
  });

  it('is tried again after a while without writes, from the last failure on', () => {
    const { health, pass } = begin();
    health.failed('gone');
    pass(20_000);
    health.failed('gone');
    pass(30_000);
    expect(health.check().ready).to.equal(false);
    pass(1);
    expect(health.check().ready).to.equal(true);
  });
});
