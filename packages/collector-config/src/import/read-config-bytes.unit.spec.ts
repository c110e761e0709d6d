import { expect } from 'chai';
import fc from 'fast-check';

import { decodeUtf8 } from './decode-utf8.ts';
import { readConfigBytes, suggestName } from './read-config-bytes.ts';

describe('bytes read as a configuration', () => {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

  it('are the text that they were, a byte order mark and line ends included', () => {
    const text = '\uFEFFa: é 😀\r\nb: "\u2028"';
    expect(readConfigBytes(encode(text))).to.deep.include({ ok: true, text, sizeWarning: null });
  });

  it('are refused with the line that is wrong', () => {
    const cases: readonly (readonly [string, Uint8Array, number])[] = [
      ['utf-16', new Uint8Array(Buffer.from('\uFEFFa: 1', 'utf16le')), 1],
      ['utf-16', new Uint8Array(Buffer.from('receivers: 1', 'utf16le')), 1],
      [
        'utf-16',
        new Uint8Array(Buffer.from('receivers: 1', 'utf16le')).map((_, at, all) => all[at ^ 1] ?? 0),
        1,
      ],
      ['nul-character', encode('a: 1\nb: \0'), 2],
      ['not-utf8', new Uint8Array([...encode('a: 1\n\nb: '), 0xe9, 0x0a]), 3],
    ];
    for (const [kind, bytes, line] of cases) {
      const read = readConfigBytes(bytes);
      expect(read.ok ? read : { kind: read.kind, line: read.line }).to.deep.equal({ kind, line });
    }
  });

  it('are refused over the limit, and warned of near it', () => {
    expect(readConfigBytes(encode('a: 123456'), { maxBytes: 8 })).to.include({
      ok: false,
      kind: 'too-large',
    });
    expect(readConfigBytes(encode('a: 12345'), { maxBytes: 9 })).to.include({
      sizeWarning: 'The file has 8 bytes, 88 % of what agents can be sent in one message.',
    });
  });

  it('are decoded, and refused, as the platform would', () => {
    const bytes = fc.oneof(
      fc.uint8Array(),
      fc.string({ unit: 'binary' }).map(encode),
      fc
        .array(fc.constantFrom(0x61, 0xc0, 0xc3, 0xa9, 0xe0, 0x80, 0xed, 0xa0, 0xf0, 0x9f, 0xf4, 0x90, 0xbf))
        .map((all) => new Uint8Array(all)),
    );
    const platform = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    fc.assert(
      fc.property(bytes, (all) => {
        let expected: string | undefined;
        try {
          expected = platform.decode(all);
        } catch {
          expected = undefined;
        }
        const decoded = decodeUtf8(all);
        expect(decoded.ok ? decoded.text : undefined).to.equal(expected);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the name of a new configuration', () => {
  it('is what the text says, else that of its file', () => {
    expect(suggestName('# ampora.name: payments \na: 1', 'x.yml')).to.equal('payments');
    expect(suggestName('a: 1', 'C:\\configs\\edge eu.YAML')).to.equal('edge eu');
    expect(suggestName('a: 1', '/etc/otel/gateway.prod.yaml')).to.equal('gateway.prod');
    expect(suggestName('a: 1')).to.equal(undefined);
    expect(suggestName('a: 1', '.yaml')).to.equal(undefined);
  });
});
