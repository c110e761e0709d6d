import { randomBytes } from 'node:crypto';
import { encodeServerToAgent } from '@ampora/opamp-protocol';
import { expect } from 'chai';
import { acknowledgementFrame, binaryFrame, COPIED_BYTES } from './websocket-frame.ts';

/** As a client reads it: final, binary, unmasked, and as long as it says. */
function unframed(frame: Buffer): Buffer {
  expect(frame[0]).to.equal(0x82);
  const short = frame[1] ?? 0;
  const [start, length] =
    short < 126
      ? [2, short]
      : short === 126
        ? [4, frame.readUInt16BE(2)]
        : [10, Number(frame.readBigUInt64BE(2))];
  expect(frame.byteLength - start).to.equal(length);
  return frame.subarray(start);
}

describe('a frame to an agent', () => {
  for (const bytes of [0, 1, 124, 125, 126, 65_534, 65_535, 65_536]) {
    it(`holds a header and ${bytes} bytes, however they are divided`, () => {
      const message = randomBytes(bytes);
      for (const cut of [0, Math.floor(bytes / 2), bytes]) {
        const whole = Buffer.concat(binaryFrame(message.subarray(0, cut), message.subarray(cut)));
        expect(unframed(whole)).to.deep.equal(Buffer.concat([Buffer.of(0), message]));
      }
      expect(unframed(Buffer.concat(binaryFrame(message)))).to.have.length(bytes + 1);
    });
  }

  it('copies no large body that is sent to many', () => {
    const shared = randomBytes(COPIED_BYTES + 1);
    expect(binaryFrame(Buffer.of(1), shared)[1]?.buffer).to.equal(shared.buffer);
    expect(binaryFrame(Buffer.of(1), shared.subarray(1))).to.have.length(1);
  });

  it('is the same for a plain acknowledgement', () => {
    const instanceUid = randomBytes(16);
    const [frame] = binaryFrame(encodeServerToAgent({ instanceUid }));
    expect(acknowledgementFrame(instanceUid)).to.deep.equal(frame);
  });
});
