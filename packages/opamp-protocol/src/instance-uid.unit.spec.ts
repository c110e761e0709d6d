import { expect } from 'chai';
import fc from 'fast-check';
import { instanceUidFault, instanceUidFromText, instanceUidToText, newInstanceUid } from './instance-uid.ts';

describe('an instance uid', () => {
  it('is written as UUID text and read back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        const text = instanceUidToText(bytes);
        expect(text).to.match(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
        expect(instanceUidFromText(text)).to.deep.equal(bytes);
        expect(instanceUidFromText(text.toUpperCase())).to.deep.equal(bytes);
      }),
    );
  });

  it('has its bytes in order', () => {
    expect(instanceUidToText(Uint8Array.from({ length: 16 }, (_, index) => index))).to.equal(
      '00010203-0405-0607-0809-0a0b0c0d0e0f',
    );
  });

  for (const text of [
    '',
    'x',
    '000102030405060708090a0b0c0d0e0f',
    '{00010203-0405-0607-0809-0a0b0c0d0e0f}',
    '00010203-0405-0607-0809-0a0b0c0d0e0g',
  ]) {
    it(`is not read from ${JSON.stringify(text)}`, () => {
      expect(instanceUidFromText(text)).to.equal(undefined);
    });
  }

  for (const length of [0, 1, 15, 17, 36, 1024 * 1024]) {
    it(`is refused with ${length} bytes, saying so`, () => {
      expect(instanceUidFault(new Uint8Array(length).fill(7))).to.include(`${length} bytes long`);
      expect(() => instanceUidToText(new Uint8Array(length))).to.throw(RangeError);
    });
  }

  it('is refused as the ULID text of old agents, saying so', () => {
    expect(instanceUidFault(Buffer.from('01ARZ3NDEKTSV4RRFFQ69G5FAV'))).to.include('ULID');
  });

  it('is refused when all zeros or all ones', () => {
    expect(instanceUidFault(new Uint8Array(16))).to.include('all zeros');
    expect(instanceUidFault(new Uint8Array(16).fill(0xff))).to.include('all ones');
  });

  it('is accepted in any version', () => {
    expect(instanceUidFault(new Uint8Array(16).fill(7))).to.equal(undefined);
    expect(instanceUidFault(newInstanceUid())).to.equal(undefined);
    const almostZero = new Uint8Array(16);
    almostZero[15] = 1;
    expect(instanceUidFault(almostZero)).to.equal(undefined);
  });

  it('is made as UUID version 7 that begins with the time', () => {
    const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
    const text = instanceUidToText(newInstanceUid(nowMs));
    expect(text).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(text.slice(0, 8) + text.slice(9, 13), 16)).to.equal(nowMs);
  });

  it('is made anew each time', () => {
    const made = Array.from({ length: 1000 }, () => instanceUidToText(newInstanceUid(0)));
    expect(new Set(made)).to.have.length(1000);
  });
});
