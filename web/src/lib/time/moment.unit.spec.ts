import { expect } from 'chai';
import { addressAt, atQuery, momentOf, pathAt } from './moment.ts';

const search = (text: string) => new URLSearchParams(text);

describe('the moment in the address', () => {
  it('is now when absent or nonsense', () => {
    expect(momentOf(search(''))).to.deep.equal({ kind: 'now' });
    expect(momentOf(search('at='))).to.deep.equal({ kind: 'now' });
    expect(momentOf(search('at=yesterday'))).to.deep.equal({ kind: 'now' });
  });

  it('is a position when it is digits only', () => {
    expect(momentOf(search('at=42'))).to.deep.equal({ kind: 'position', position: '42' });
  });

  it('is a time in UTC otherwise', () => {
    expect(momentOf(search('at=2026-03-01T13:00:00%2B01:00'))).to.deep.equal({
      kind: 'time',
      time: '2026-03-01T12:00:00.000Z',
    });
  });

  it('becomes the query of a read', () => {
    expect(atQuery(search('tab=x'))).to.deep.equal({});
    expect(atQuery(search('at=42'))).to.deep.equal({ at: '42' });
  });

  it('travels along links', () => {
    expect(pathAt(search('at=42&tab=x'), '/fleet', { search: 'a b', sort: undefined })).to.equal(
      '/fleet?search=a+b&at=42',
    );
    expect(pathAt(search(''), '/fleet')).to.equal('/fleet');
  });

  it('can be set and left on the same address', () => {
    const here = new URL('https://host/agents/1?tab=health&at=3');
    expect(addressAt(here, '9')).to.equal('/agents/1?tab=health&at=9');
    expect(addressAt(here, null)).to.equal('/agents/1?tab=health');
  });
});
