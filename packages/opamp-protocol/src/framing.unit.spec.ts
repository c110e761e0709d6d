import { expect } from 'chai';
import fc from 'fast-check';
import { decodeFrame, encodeFrame } from './framing.ts';
import { MalformedMessage } from './malformed-message.ts';

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

const accepted: [name: string, frame: string, data: string][] = [
  ['a one-byte zero header', '00 2001', '2001'],
  ['a header and nothing else', '00', ''],
  ['a two-byte zero header', '80 00 2001', '2001'],
  ['a ten-byte zero header', '80 80 80 80 80 80 80 80 80 00 2001', '2001'],
  ['a multi-byte zero header and nothing else', '80 80 00', ''],
  ['data that begins with zero', '00 00', '00'],
];

const refused: [name: string, frame: string, code: string][] = [
  ['an empty message', '', 'frame/empty'],
  ['header 1', '01 2001', 'frame/header-not-zero'],
  ['header 127', '7f', 'frame/header-not-zero'],
  ['header 128 in two bytes', '80 01 2001', 'frame/header-not-zero'],
  ['the largest header', 'ff ff ff ff ff ff ff ff ff 01', 'frame/header-not-zero'],
  ['a header cut off', '80', 'frame/header-truncated'],
  ['a header cut off after nine bytes', '80 80 80 80 80 80 80 80 80', 'frame/header-truncated'],
  ['a header of eleven bytes', 'ff ff ff ff ff ff ff ff ff ff ff', 'frame/header-too-long'],
  ['a zero header of eleven bytes', '80 80 80 80 80 80 80 80 80 80 00', 'frame/header-too-long'],
  ['protobuf without a header', '0a10 000102030405060708090a0b0c0d0e0f 2001', 'frame/no-header'],
];

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    expect(error).to.be.instanceOf(MalformedMessage);
    return (error as MalformedMessage).code;
  }
  return 'nothing thrown';
}

describe('a WebSocket frame', () => {
  for (const [name, frame, data] of accepted) {
    it(`is accepted with ${name}`, () => {
      expect(decodeFrame(bytes(frame))).to.deep.equal(bytes(data));
    });
  }

  for (const [name, frame, code] of refused) {
    it(`is refused for ${name}`, () => {
      expect(codeOf(() => decodeFrame(bytes(frame)))).to.equal(code);
    });
  }

  it('is a view: its data is not copied', () => {
    const frame = bytes('00 2001');
    expect(decodeFrame(frame).buffer).to.equal(frame.buffer);
  });

  it('carries any data unchanged', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
        expect(decodeFrame(encodeFrame(data))).to.deep.equal(data);
      }),
    );
  });

  it('begins with zero', () => {
    expect(encodeFrame(bytes('2001'))).to.deep.equal(bytes('002001'));
  });
});
