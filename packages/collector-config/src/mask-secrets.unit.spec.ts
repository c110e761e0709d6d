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
});
