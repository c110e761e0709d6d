import { expect } from 'chai';
import { importText, mostBytes } from './import-text.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('importing a configuration file', () => {
  it('keeps the text and takes the name from the file', () => {
    expect(importText(bytes('a: 1\n'), 'edge gateway.yaml')).to.deep.equal({
      ok: true,
      text: 'a: 1\n',
      name: 'edge gateway',
    });
  });

  it('prefers a name in the first line', () => {
    expect(importText(bytes('# ampora.name: payments \na: 1'), 'x.yml')).to.include({ name: 'payments' });
  });

  it('finds the name among the comments at the top only', () => {
    expect(importText(bytes('# Edge\n# ampora.name: edge\na: 1'), 'x.yml')).to.include({ name: 'edge' });
    expect(importText(bytes('a: 1\n# ampora.name: edge\n'), 'x.yml')).to.include({ name: 'x' });
  });

  it('keeps a byte order mark', () => {
    expect(importText(bytes('\uFEFFa: 1'), 'x.yml')).to.include({ text: '\uFEFFa: 1' });
  });

  it('has no name when neither says one', () => {
    expect(importText(bytes('a: 1'), '.yaml')).to.include({ name: null });
  });

  it('refuses UTF-16, other bytes and too much', () => {
    const reason = (input: Uint8Array) => {
      const result = importText(input, 'x.yaml');
      return result.ok ? 'taken' : result.reason;
    };
    expect(reason(new Uint8Array([0xff, 0xfe, 0x61, 0]))).to.contain('UTF-16');
    const bare = new Uint8Array(Buffer.from('receivers:\n  otlp:\n', 'utf16le'));
    expect(reason(bare), 'without a mark').to.contain('UTF-16');
    expect(reason(bytes('a: 1\0'))).to.contain('NUL in line 1');
    expect(reason(new Uint8Array([0xc3, 0x28]))).to.contain('not UTF-8');
    expect(reason(new Uint8Array(mostBytes + 1))).to.contain(String(mostBytes));
  });
});
