import { expect } from 'chai';
import fc from 'fast-check';
import { bytesArray, int4Array, int8Array, uuidBytes } from './binary-parameters.ts';

/** Reads the format back as PostgreSQL's documentation of array_send describes it. */
function elements(array: Buffer): { type: number; values: Buffer[] } {
  const type = array.readInt32BE(8);
  if (array.readInt32BE(0) === 0) return { type, values: [] };
  const values: Buffer[] = [];
  let offset = 20;
  for (let index = 0; index < array.readInt32BE(12); index++) {
    const length = array.readInt32BE(offset);
    values.push(array.subarray(offset + 4, offset + 4 + length));
    offset += 4 + length;
  }
  expect(offset).to.equal(array.length);
  expect(array.readInt32BE(16)).to.equal(1);
  return { type, values };
}

describe('a binary array parameter', () => {
  it('holds bytes as they are', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) => {
        const { type, values } = elements(
          bytesArray(
            'json',
            texts.map((text) => Buffer.from(text)),
          ),
        );
        expect(type).to.equal(114);
        expect(values.map(String)).to.deep.equal(texts.map((text) => Buffer.from(text).toString()));
      }),
    );
  });

  it('holds integers, negative and beyond 32 bits', () => {
    fc.assert(
      fc.property(fc.array(fc.maxSafeInteger()), (numbers) => {
        const { type, values } = elements(int8Array(numbers));
        expect(type).to.equal(20);
        expect(values.map((value) => value.readBigInt64BE())).to.deep.equal(numbers.map(BigInt));
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.integer()), (numbers) => {
        expect(elements(int4Array(numbers)).values.map((value) => value.readInt32BE())).to.deep.equal(
          numbers,
        );
      }),
    );
  });

  it('has the sixteen bytes of a UUID', () => {
    expect(uuidBytes('00112233-4455-6677-8899-AABBCCDDEEFF').toString('hex')).to.equal(
      '00112233445566778899aabbccddeeff',
    );
  });
});
