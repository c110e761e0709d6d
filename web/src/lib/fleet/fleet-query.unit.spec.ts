import { agentSortKeys } from '@ampora/api-contract';
import { expect } from 'chai';
import {
  clearFilters,
  countFilters,
  parseFleetQuery,
  sortKeys,
  toFilter,
  toggleFacet,
  toggleLabel,
  toggleSort,
  toParameters,
} from './fleet-query.ts';

const parse = (text: string) => parseFleetQuery(new URLSearchParams(text));

describe("the fleet page's address", () => {
  it('knows every sort key of the API', () => {
    expect([...sortKeys]).to.deep.equal([...agentSortKeys]);
  });

  it('says nothing for the whole fleet', () => {
    expect(toParameters(parse(''))).to.deep.equal({});
  });

  it('survives a round trip', () => {
    const text =
      'search=edge&connected=true&driftState=changed,rejected&agentType=a&groupId=none&label=team:a,b,ring:canary&sort=-lastSeenAt';
    const again = new URLSearchParams(toParameters(parse(text)));
    expect(parse(again.toString())).to.deep.equal(parse(text));
  });

  it('ignores a sort key that does not exist, and second values where one is taken', () => {
    expect(parse('sort=nonsense').sort).to.equal('displayName');
    expect(parse('connected=true,false').filters.connected).to.deep.equal(['true']);
  });

  it('adds and removes facet values', () => {
    const one = toggleFacet(parse(''), 'driftState', 'changed');
    const two = toggleFacet(one, 'driftState', 'rejected');
    expect(two.filters.driftState).to.deep.equal(['changed', 'rejected']);
    expect(toParameters(toggleFacet(one, 'driftState', 'changed'))).to.deep.equal({});
  });

  it('replaces the value of a facet that takes one', () => {
    const one = toggleFacet(parse('healthy=true'), 'healthy', 'false');
    expect(one.filters.healthy).to.deep.equal(['false']);
  });

  it('turns the direction of a sort', () => {
    const up = toggleSort(parse(''), 'lastSeenAt');
    expect(up.sort).to.equal('lastSeenAt');
    expect(toggleSort(up, 'lastSeenAt').sort).to.equal('-lastSeenAt');
  });

  it('tells labels apart, although a value may hold a comma', () => {
    expect(parse('label=team:a,b,ring:canary').labels).to.deep.equal(['team:a,b', 'ring:canary']);
    expect(parse('label=nonsense').labels).to.deep.equal([]);
    const one = toggleLabel(parse(''), 'team:a');
    expect(toParameters(one)).to.deep.equal({ label: 'team:a' });
    expect(toggleLabel(one, 'team:a').labels).to.deep.equal([]);
  });

  it('is a filter without its order', () => {
    expect(toFilter(parse('connected=true&sort=-stateSince'))).to.deep.equal({ connected: 'true' });
  });

  it('counts what narrows, and clears it without losing the sort', () => {
    const query = parse('driftState=changed,rejected&connected=true&search=x&sort=-stateSince');
    expect(countFilters(query)).to.equal(3);
    expect(toParameters(clearFilters(query))).to.deep.equal({ sort: '-stateSince' });
  });
});
