import { expect } from 'chai';
import {
  countFilters,
  fromLocalField,
  noFilter,
  parseAuditQuery,
  toggled,
  toLocalField,
  toParameters,
} from './audit-query.ts';

const parse = (text: string) => parseAuditQuery(new URLSearchParams(text));

describe('the filters of the audit log in the address', () => {
  it('come back as they were written', () => {
    const query = {
      actor: 'ada@example.org',
      action: ['Published', 'Assigned'],
      entityType: ['Configuration'],
      entityId: 'x,y',
      since: '2026-03-01T00:00:00.000Z',
      until: '2026-03-02T00:00:00.000Z',
      text: 'a & b',
      includeArchive: true,
    };
    expect(parse(new URLSearchParams(toParameters(query)).toString())).to.deep.equal(query);
  });

  it('are absent when nothing is asked', () => {
    expect(toParameters(parse(''))).to.deep.equal({});
    expect(parse('')).to.deep.equal(noFilter);
    expect(countFilters(noFilter)).to.equal(0);
  });

  it('ignore nonsense and repetition', () => {
    expect(parse('since=yesterday&action=A,,A&includeArchive=yes')).to.deep.equal({
      ...noFilter,
      action: ['A'],
    });
  });

  it('count what narrows, not what widens', () => {
    expect(countFilters(parse('actor=a&action=A,B&includeArchive=true'))).to.equal(3);
  });

  it('toggle', () => {
    expect(toggled(['a'], 'b')).to.deep.equal(['a', 'b']);
    expect(toggled(['a', 'b'], 'a')).to.deep.equal(['b']);
  });

  it('speak local time in fields and UTC in the address', () => {
    const local = toLocalField('2026-03-01T12:34:00.000Z');
    expect(fromLocalField(local)).to.equal('2026-03-01T12:34:00.000Z');
    expect(toLocalField('')).to.equal('');
    expect(fromLocalField('')).to.equal('');
  });
});
