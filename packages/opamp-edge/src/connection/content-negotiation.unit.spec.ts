import { expect } from 'chai';
import { acceptsGzip, mediaType } from './content-negotiation.ts';

describe('content negotiation', () => {
  const codings: [string | undefined, boolean][] = [
    [undefined, false],
    ['', false],
    ['gzip', true],
    ['GZIP', true],
    ['br, gzip;q=0.5', true],
    ['gzip;q=0', false],
    ['*', true],
    ['*;q=0', false],
    ['gzip;q=0, *', false],
    ['identity', false],
  ];
  for (const [header, accepted] of codings) {
    it(`${accepted ? 'compresses' : 'does not compress'} for Accept-Encoding ${header ?? '(none)'}`, () => {
      expect(acceptsGzip(header)).to.equal(accepted);
    });
  }

  it('reads a media type in any case, without its parameters', () => {
    expect(mediaType('Application/X-Protobuf ; charset=utf-8')).to.equal('application/x-protobuf');
    expect(mediaType(undefined)).to.equal('');
  });
});
