import { expect } from 'chai';
import { maskSecrets } from './mask-secrets.ts';

describe('masking secrets in a text', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['a plain value', 'headers:\n  Authorization: Bearer abc\n', 'headers:\n  Authorization: [REDACTED]\n'],
    ['a quoted key', '  "api_key": "k-123"', '  "api_key": [REDACTED]'],
    ['a list of named values', '- password: hunter2', '- password: [REDACTED]'],
    [
      'a block',
      'private_key: |\n  line one\n  line two\nnext: 1',
      'private_key: |\n  [REDACTED]\n  [REDACTED]\nnext: 1',
    ],
    ['a reference, which stays', 'token: ${env:TOKEN}', 'token: ${env:TOKEN}'],
    ['an ordinary key, which stays', 'endpoint: 0.0.0.0:4317', 'endpoint: 0.0.0.0:4317'],
  ];
  for (const [what, text, masked] of cases) {
    it(`treats ${what}`, () => {
      expect(maskSecrets(text)).to.equal(masked);
    });
  }
  it('keeps the number of lines', () => {
    const text = 'a: 1\npassword: x\n\nb:\n  - secret: y\n';
    expect(maskSecrets(text).split('\n')).to.have.length(text.split('\n').length);
  });

  it('masks inside brackets, and leaves what is beside a secret', () => {
    const cases: readonly (readonly [string, string])[] = [
      ['headers: {authorization: Bearer x, team: edge}', 'headers: {authorization: [REDACTED], team: edge}'],
      ['a: {b: {"api_key":"x,y"}, c: 1}', 'a: {b: {"api_key":[REDACTED]}, c: 1}'],
      ["- {token: 'it''s', n: 1} # why", '- {token: [REDACTED], n: 1} # why'],
      ['auth: {password: ${env:P}, user: me}', 'auth: {password: ${env:P}, user: me}'],
      ['x: {tokens: [a, b], y: 1}', 'x: {tokens: [REDACTED], y: 1}'],
      ['  exporters: [otlp, debug]', '  exporters: [otlp, debug]'],
    ];
    for (const [text, masked] of cases) expect(maskSecrets(text)).to.equal(masked);
  });

  it('masks what stands below its key, and leaves settings there', () => {
    expect(maskSecrets('api_keys:\n- one\n- two\nnext:\n- three')).to.equal(
      'api_keys:\n- [REDACTED]\n- [REDACTED]\nnext:\n- three',
    );
    expect(maskSecrets('password:\n  a long one\nuser: me')).to.equal('password:\n  [REDACTED]\nuser: me');
    const auth = 'bearertokenauth:\n  scheme: Bearer\n  filename: /etc/x\nother: a';
    expect(maskSecrets(auth)).to.equal(auth);
  });

  it('masks credentials in an address', () => {
    expect(maskSecrets('endpoint: https://me:word@host:1/p')).to.equal(
      'endpoint: https://[REDACTED]@host:1/p',
    );
    const reference = 'endpoint: https://${env:USER}:${env:PASS}@host';
    expect(maskSecrets(reference)).to.equal(reference);
  });

  it('takes no time over lines made to be slow', () => {
    for (const text of [
      '{a:'.repeat(50_000),
      ','.repeat(100_000),
      '- '.repeat(50_000),
      'a://'.repeat(50_000),
      '"'.repeat(100_000),
      `{a${' '.repeat(100_000)}`,
    ])
      maskSecrets(text);
  }).timeout(5_000);
});
