import { expect } from 'chai';
import { isNarrowed, parseVersionQuery, toAddress, toParameters } from './version-query.ts';

const parse = (text: string) => parseVersionQuery(new URLSearchParams(text));

describe('which versions are listed', () => {
  it('is all of them when the address says nothing', () => {
    expect(isNarrowed(parse(''))).to.equal(false);
    expect(toParameters(parse(''))).to.deep.equal({});
  });

  it('is what the address says, and the last day counts to its end', () => {
    const query = parse('status=Draft,Published&author=ada&hash=AB12&since=2026-01-02&until=2026-01-03');
    expect(toParameters(query)).to.deep.equal({
      status: 'Draft,Published',
      author: 'ada',
      hash: 'ab12',
      since: '2026-01-02T00:00:00.000Z',
      until: '2026-01-04T00:00:00.000Z',
    });
    expect(isNarrowed(query)).to.equal(true);
  });

  it('passes over what is no status, no hash and no day', () => {
    expect(toParameters(parse('status=Gone&hash=xyz&since=yesterday&until=2026-99-99'))).to.deep.equal({});
  });

  it('comes back from its own address', () => {
    const query = parse('status=Archived&author=a b&hash=00ff&since=2026-01-02&cursor=c');
    expect(parse(new URLSearchParams(toAddress(query)).toString())).to.deep.equal(query);
  });
});
