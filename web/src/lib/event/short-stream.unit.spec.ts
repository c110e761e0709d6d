import { expect } from 'chai';
import { shortStream } from './short-stream.ts';

describe('a stream’s name on a line', () => {
  it('keeps the first digits of ids and hashes, and all of what is short', () => {
    expect(shortStream('agent-0b1f7a3e-2c4d-4e5f-8a9b-0c1d2e3f4a5b')).to.equal('agent-0b1f7a3e…');
    expect(shortStream(`content-${'0af1'.repeat(16)}`)).to.equal('content-0af10af1…');
    expect(shortStream('fleet-assignment-default')).to.equal('fleet-assignment-default');
  });
});
