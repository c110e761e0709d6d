import { expect } from 'chai';
import fc from 'fast-check';
import { treemap } from './treemap.ts';

const sizes = fc.array(fc.integer({ min: 0, max: 10_000 }), { maxLength: 60 });
const aspects = fc.double({ min: 0.3, max: 8, noNaN: true });

describe('a treemap', () => {
  it('gives one item all there is', () => {
    const [tile] = treemap([5], (size) => size, 3);
    expect([tile?.left, tile?.top]).to.deep.equal([0, 0]);
    expect([tile?.width, tile?.height].map((side) => side?.toFixed(6))).to.deep.equal([
      '1.000000',
      '1.000000',
    ]);
  });

  it('leaves out what has no size', () => {
    expect(treemap([0, 3, 0], (size) => size, 2).map(({ item }) => item)).to.deep.equal([3]);
  });

  it('gives each its share, inside, with nothing left over', () => {
    fc.assert(
      fc.property(sizes, aspects, (all, aspect) => {
        const total = all.reduce((sum, size) => sum + size, 0);
        const tiles = treemap(all, (size) => size, aspect);
        for (const { item, left, top, width, height } of tiles) {
          expect(width * height).to.be.closeTo(item / total, 1e-9);
          expect(Math.min(left, top)).to.be.at.least(-1e-9);
          expect(Math.max(left + width, top + height)).to.be.at.most(1 + 1e-9);
        }
      }),
    );
  });

  it('lets no two overlap', () => {
    fc.assert(
      fc.property(sizes, aspects, (all, aspect) => {
        const tiles = treemap(all, (size) => size, aspect);
        tiles.forEach((one, index) => {
          for (const other of tiles.slice(index + 1)) {
            const across =
              Math.min(one.left + one.width, other.left + other.width) - Math.max(one.left, other.left);
            const down =
              Math.min(one.top + one.height, other.top + other.height) - Math.max(one.top, other.top);
            expect(Math.min(across, down)).to.be.at.most(1e-9);
          }
        });
      }),
    );
  });

  it('keeps equal items near to squares', () => {
    for (const { width, height } of treemap(
      Array.from({ length: 12 }, () => 1),
      (size) => size,
      3,
    )) {
      const ratio = (width * 3) / height;
      expect(Math.max(ratio, 1 / ratio)).to.be.at.most(1.5);
    }
  });
});
