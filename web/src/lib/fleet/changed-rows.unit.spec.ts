import { expect } from 'chai';
import { changedRows } from './changed-rows.ts';

const row = (id: string, statePosition: string) => ({ id, statePosition });

describe('rows that have changed', () => {
  it('are those with another state, and new ones', () => {
    const before = [row('a', '1'), row('b', '2'), row('c', '3')];
    expect(changedRows(before, [row('c', '3'), row('b', '9'), row('d', '4')])).to.deep.equal(['b', 'd']);
  });

  it('are not those that only moved, nor those that left', () => {
    expect(changedRows([row('a', '1'), row('b', '2')], [row('b', '2')])).to.deep.equal([]);
  });
});
