import { expect } from 'chai';
import fc from 'fast-check';
import { appendWaves } from './append-waves.ts';

const waves = (...streamIds: string[]) => appendWaves(streamIds.map((streamId) => ({ streamId })));

describe('the waves of a batch', () => {
  it('are one when nothing refers to content', () => {
    expect(waves('agent-1', 'agent-2', 'tenant-a')).to.deep.equal([[0, 1, 2]]);
    expect(waves('content-a', 'content-b')).to.deep.equal([[0, 1]]);
    expect(waves()).to.deep.equal([]);
  });

  it('let what is named after content wait for it', () => {
    expect(waves('content-a', 'content-b', 'agent-1', 'agent-2')).to.deep.equal([
      [0, 1],
      [2, 3],
    ]);
    expect(waves('agent-1', 'content-a', 'agent-2', 'content-b', 'agent-1')).to.deep.equal([
      [0, 1],
      [2, 3],
      [4],
    ]);
  });

  it('hold every append once, in order, and content strictly before what follows it', () => {
    const streams = fc.array(
      fc.constantFrom('content-a', 'content-b', 'agent-1', 'agent-2', 'configuration-c'),
    );
    fc.assert(
      fc.property(streams, (streamIds) => {
        const cut = waves(...streamIds);
        expect(cut.flat()).to.deep.equal(streamIds.map((_, index) => index));
        const waveOf = (index: number) => cut.findIndex((wave) => wave.includes(index));
        streamIds.forEach((streamId, index) => {
          if (!streamId.startsWith('content-')) return;
          for (let later = index + 1; later < streamIds.length; later++) {
            if (!streamIds[later]?.startsWith('content-'))
              expect(waveOf(later)).to.be.greaterThan(waveOf(index));
          }
        });
      }),
    );
  });
});
