import { expect } from 'chai';
import { destinations, ShortcutReader } from './shortcuts.ts';

describe('keyboard shortcuts', () => {
  it('go to a page by two keys', () => {
    const reader = new ShortcutReader();
    expect(reader.read('g', 0)).to.equal(null);
    expect(reader.read('f', 300)).to.deep.equal({ kind: 'go', path: '/fleet' });
  });

  it('forget the first key after a while, and after a wrong second one', () => {
    const reader = new ShortcutReader();
    reader.read('g', 0);
    expect(reader.read('f', 5_000)).to.equal(null);
    reader.read('g', 6_000);
    expect(reader.read('x', 6_100)).to.equal(null);
    expect(reader.read('f', 6_200)).to.equal(null);
  });

  it('search and help need one key', () => {
    const reader = new ShortcutReader();
    expect(reader.read('/', 0)).to.deep.equal({ kind: 'search' });
    expect(reader.read('?', 1)).to.deep.equal({ kind: 'help' });
  });

  it('move through time: a step, the time line, and back to now', () => {
    const reader = new ShortcutReader();
    expect(reader.read('[', 0)).to.deep.equal({ kind: 'step', direction: -1 });
    expect(reader.read(']', 1)).to.deep.equal({ kind: 'step', direction: 1 });
    expect(reader.read('t', 2)).to.deep.equal({ kind: 'time' });
    reader.read('g', 3);
    expect(reader.read('n', 4)).to.deep.equal({ kind: 'live' });
  });

  it('give each page a key of its own', () => {
    expect(new Set(destinations.map(({ key }) => key))).to.have.lengthOf(destinations.length);
  });
});
