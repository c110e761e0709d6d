import { expect } from 'chai';
import { align } from './align.ts';

describe('two texts aligned', () => {
  it('are equal when they mean the same', () => {
    const aligned = align(
      'b: {x: 1, y: "5s"} # note\na: [1, 2]\n',
      'a:\n  - 1\n  - 2\nb:\n  y: 5s\n  x: 1\n',
    );
    expect(aligned?.left).to.equal(aligned?.right);
  });

  it('keep the order of the left one, and put what only the right one has after it', () => {
    const aligned = align('z: 1\na: 2\n', 'a: 3\nb: 4\nz: 1\n');
    expect(aligned).to.deep.equal({ left: 'z: 1\na: 2\n', right: 'z: 1\na: 3\nb: 4\n' });
  });

  it('take an empty mapping for nothing', () => {
    const aligned = align('batch:\n', 'batch: {}\n');
    expect(aligned?.left).to.equal(aligned?.right);
  });

  it('order what lies in lists too', () => {
    const aligned = align('l:\n  - key: a\n    value: 1\n', 'l:\n  - value: 1\n    key: a\n');
    expect(aligned?.left).to.equal(aligned?.right);
  });

  it('cannot be made of what is not YAML', () => {
    expect(align('a: [', 'a: 1')).to.equal(null);
  });

  it('is not brought down by an alias bomb', () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
    for (let level = 1; level < 9; level++) {
      const before = String.fromCharCode(96 + level);
      const here = String.fromCharCode(97 + level);
      bomb.push(`${here}: &${here} [${Array.from({ length: 9 }, () => `*${before}`).join(',')}]`);
    }
    expect(align(bomb.join('\n'), 'a: 1')).to.equal(null);
  });
});
