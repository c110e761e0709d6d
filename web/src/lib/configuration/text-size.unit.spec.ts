import { expect } from 'chai';
import { sizeWarning, utf8Bytes } from './text-size.ts';

describe('the size of a text', () => {
  for (const text of ['', 'a: 1\n', 'größe: 5 €', '𐍈 and 😀', '日本'])
    it(`is that of its UTF-8: ${JSON.stringify(text)}`, () =>
      expect(utf8Bytes(text)).to.equal(new TextEncoder().encode(text).length));

  it('is mentioned from four fifths of the limit on, and refused above it', () => {
    const limit = 10 * 1024 * 1024;
    expect(sizeWarning(limit * 0.8)).to.equal(null);
    expect(sizeWarning(limit * 0.8 + 1)?.tone).to.equal('warn');
    expect(sizeWarning(limit)?.tone).to.equal('warn');
    expect(sizeWarning(limit + 1)?.tone).to.equal('bad');
  });
});
