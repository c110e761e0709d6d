import { expect } from 'chai';
import { redact, redactText } from './redact.ts';

describe('redacting', () => {
  const canary = 'c4n4ry-S3cret';

  const planted: Record<string, unknown> = {
    authorization: `Bearer ${canary}`,
    Cookie: canary,
    'set-cookie': [canary],
    accessToken: canary,
    password: canary,
    PGPASSWORD: canary,
    clientSecret: { value: canary },
    private_key: canary,
    'x-api-key': canary,
    MasterKey: canary,
    credentials: [canary],
    nested: { deeper: [{ token: canary }] },
    asMap: new Map([['secret', canary]]),
    url: `postgres://ampora:${canary}@127.0.0.1:5433/ampora`,
    esdb: `esdb://admin:${canary}@a:2113,b:2113?tls=true`,
    dsn: `Host=db;Username=ampora;Password=${canary};Database=x`,
    json: `{"password":"${canary}","x":1}`,
    header: `got header Authorization: Bearer ${canary}, refused`,
    bootstrap: `the token amp-bs.ABCDEF${canary.replaceAll('-', '')}.1234 was used`,
    pem: `-----BEGIN EC PRIVATE KEY-----\n${canary}\n-----END EC PRIVATE KEY-----`,
    truncatedPem: `-----BEGIN PRIVATE KEY-----\n${canary}`,
    error: new Error(`cannot reach postgres://u:${canary}@h/db`, { cause: new Error(`password=${canary}`) }),
  };

  for (const [key, value] of Object.entries(planted)) {
    it(`hides a secret planted in ${key}`, () => {
      const shown = JSON.stringify(redact({ [key]: value }));
      expect(shown).not.to.contain(canary);
      expect(shown).not.to.contain(canary.replaceAll('-', ''));
      expect(shown).to.contain('[redacted]');
    });
  }

  it('leaves the rest of a text readable', () => {
    expect(redactText('postgres://ampora:pw@127.0.0.1:5433/ampora?x=1')).to.equal(
      'postgres://ampora:[redacted]@127.0.0.1:5433/ampora?x=1',
    );
    expect(redactText('an agent reported health at http://host:8080/path')).to.equal(
      'an agent reported health at http://host:8080/path',
    );
  });

  it('keeps plain values, and makes bigints, dates, bytes and errors fit for JSON', () => {
    expect(
      redact({
        n: 1,
        big: 2n ** 60n,
        when: new Date(0),
        bytes: Buffer.from('abc'),
        none: null,
        list: [true],
      }),
    ).to.deep.equal({
      n: 1,
      big: '1152921504606846976',
      when: '1970-01-01T00:00:00.000Z',
      bytes: '[3 bytes]',
      none: null,
      list: [true],
    });
    expect(redact(new TypeError('bad'))).to.include({ name: 'TypeError', message: 'bad' });
  });

  it('stays bounded on cycles, depth, length and size', () => {
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    expect(redact(loop)).to.deep.equal({ self: '[circular]' });
    let deep: unknown = 'bottom';
    for (let level = 0; level < 5000; level++) deep = { deep };
    expect(JSON.stringify(redact(deep))).to.contain('[too deep]');
    expect(redact(new Array(1000).fill(0))).to.have.length(101);
    expect((redact('x'.repeat(1_000_000)) as string).length).to.be.below(9000);
  });
});
