import { expect } from 'chai';
import fc from 'fast-check';
import { buildTiles, hashing } from '../built-tree.spec.ts';
import { hashEmpty, hashNode } from '../hashing.ts';
import { CompactRange } from './compact-range.ts';
import { splitOf } from './subtrees.ts';
import { TileBuilder } from './tile-builder.ts';
import { createTree } from './tree.ts';
import { verifyConsistency, verifyInclusion } from './verify-proofs.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The definitions of RFC 9162 §2.1, word for word, without any of the package's tree code. */
function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return hashEmpty(hashing);
  if (leaves.length === 1) return leaves[0] as Uint8Array;
  const split = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return hashNode(hashing, naiveRoot(leaves.slice(0, split)), naiveRoot(leaves.slice(split)));
}

function naivePath(leaf: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length <= 1) return [];
  const split = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return leaf < split
    ? [...naivePath(leaf, leaves.slice(0, split)), naiveRoot(leaves.slice(split))]
    : [...naivePath(leaf - split, leaves.slice(split)), naiveRoot(leaves.slice(0, split))];
}

function naiveConsistency(from: number, leaves: readonly Uint8Array[], isWhole = true): Uint8Array[] {
  if (from === leaves.length) return isWhole ? [] : [naiveRoot(leaves)];
  const split = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return from <= split
    ? [...naiveConsistency(from, leaves.slice(0, split), isWhole), naiveRoot(leaves.slice(split))]
    : [...naiveConsistency(from - split, leaves.slice(split), false), naiveRoot(leaves.slice(0, split))];
}

const leavesOf = (size: number): Uint8Array[] =>
  Array.from({ length: size }, (_, index) => hashing.ofText(`\0leaf ${index}`));

/** The leaves of the test vectors that Certificate Transparency implementations share. */
const sharedLeaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const sharedRoots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

describe('a Merkle tree', () => {
  it('gives the roots that the shared vectors of RFC 6962 name', async () => {
    const leaves = sharedLeaves.map((text) =>
      hashing.ofBytes(Buffer.concat([Buffer.from([0]), Buffer.from(text, 'hex')])),
    );
    const tree = createTree(buildTiles(leaves), hashing);
    const roots = await Promise.all(sharedRoots.map((_, size) => tree.root(size)));
    expect(roots.map(hex)).to.deep.equal(sharedRoots);
  });

  it('has the root of the definition at every size, from its tiles and from a compact range', async () => {
    const leaves = leavesOf(600);
    const tree = createTree(buildTiles(leaves, 37), hashing);
    const range = new CompactRange(hashing);
    for (const [index, leaf] of leaves.entries()) {
      range.append(leaf);
      if (index % 13 !== 0 && Math.abs((index % 256) - 255) > 2) continue;
      const expected = hex(naiveRoot(leaves.slice(0, index + 1)));
      expect(hex(range.root()), `range of ${index + 1}`).to.equal(expected);
      expect(hex(await tree.root(index + 1)), `tree of ${index + 1}`).to.equal(expected);
    }
  });

  it('is the same through three levels of tiles', async () => {
    const leaves = leavesOf(70_000);
    const tree = createTree(buildTiles(leaves, 1_000), hashing);
    const expected = naiveRoot(leaves);
    expect(hex(await tree.root(leaves.length))).to.equal(hex(expected));
    const hashes = await tree.inclusionProof(66_666, leaves.length);
    expect(hashes.map(hex)).to.deep.equal(naivePath(66_666, leaves).map(hex));
    const claim = {
      leafIndex: 66_666,
      treeSize: leaves.length,
      leafHash: leaves[66_666]!,
      rootHash: expected,
    };
    expect(verifyInclusion(hashing, { ...claim, hashes })).to.equal(true);
  });

  it('grows the same tiles when it is stopped and taken up again at any size', async () => {
    const leaves = leavesOf(900);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 900 }), async (stop) => {
        const first = new TileBuilder(hashing);
        for (const leaf of leaves.slice(0, stop)) first.append(leaf, 1n);
        const stored = new Map(first.takeChanged().map((tile) => [`${tile.level}/${tile.index}`, tile]));
        const hashes: Uint8Array[] = [];
        for (let level = 0; 256 ** level <= stop; level++) {
          const entries = Math.floor(stop / 256 ** level);
          const tile = stored.get(`${level}/${Math.floor(entries / 256)}`);
          hashes.push(tile?.hashes ?? new Uint8Array());
        }
        const open = stored.get(`0/${Math.floor(stop / 256)}`)?.positions ?? new Uint8Array();
        const second = new TileBuilder(hashing, { size: stop, hashes, positions: open });
        for (const leaf of leaves.slice(stop)) second.append(leaf, 1n);
        for (const tile of second.takeChanged()) stored.set(`${tile.level}/${tile.index}`, tile);
        const tiles = {
          read: async (level: number, index: number) => [
            stored.get(`${level}/${index}`)?.hashes ?? new Uint8Array(),
          ],
        };
        expect(hex(await createTree(tiles, hashing).root(900))).to.equal(hex(naiveRoot(leaves)));
      }),
      { numRuns: 60 },
    );
  });
});

describe('a proof', () => {
  const leaves = leavesOf(400);
  const tree = createTree(buildTiles(leaves), hashing);
  const sized = fc
    .integer({ min: 1, max: 400 })
    .chain((size) => fc.record({ size: fc.constant(size), place: fc.integer({ min: 0, max: size - 1 }) }));

  it('of inclusion is that of the definition, and is believed', async () => {
    await fc.assert(
      fc.asyncProperty(sized, async ({ size, place }) => {
        const hashes = await tree.inclusionProof(place, size);
        expect(hashes.map(hex)).to.deep.equal(naivePath(place, leaves.slice(0, size)).map(hex));
        const claim = {
          leafIndex: place,
          treeSize: size,
          leafHash: leaves[place]!,
          rootHash: naiveRoot(leaves.slice(0, size)),
          hashes,
        };
        expect(verifyInclusion(hashing, claim)).to.equal(true);
      }),
      { numRuns: 200 },
    );
  });

  it('of inclusion is not believed for another leaf, place, root or path', async () => {
    await fc.assert(
      fc.asyncProperty(sized, fc.nat(), async ({ size, place }, salt) => {
        const claim = {
          leafIndex: place,
          treeSize: size,
          leafHash: leaves[place]!,
          rootHash: naiveRoot(leaves.slice(0, size)),
          hashes: await tree.inclusionProof(place, size),
        };
        const other = hashing.ofText(`other ${salt}`);
        const broken = [
          { ...claim, leafHash: other },
          { ...claim, rootHash: other },
          { ...claim, hashes: [...claim.hashes, other] },
          { ...claim, leafIndex: size },
          ...(size > 1
            ? [
                { ...claim, hashes: claim.hashes.slice(1) },
                { ...claim, hashes: claim.hashes.with(salt % claim.hashes.length, other) },
                { ...claim, leafIndex: (place + 1) % size },
              ]
            : []),
        ];
        for (const wrong of broken) expect(verifyInclusion(hashing, wrong)).to.equal(false);
      }),
      { numRuns: 100 },
    );
  });

  it('of consistency is that of the definition, and is believed', async () => {
    await fc.assert(
      fc.asyncProperty(sized, async ({ size, place }) => {
        const from = place + 1;
        const hashes = await tree.consistencyProof(from, size);
        expect(hashes.map(hex)).to.deep.equal(naiveConsistency(from, leaves.slice(0, size)).map(hex));
        const fromRoot = naiveRoot(leaves.slice(0, from));
        const claim = {
          fromSize: from,
          toSize: size,
          fromRoot,
          toRoot: naiveRoot(leaves.slice(0, size)),
          hashes,
        };
        expect(verifyConsistency(hashing, claim)).to.equal(true);
        const other = hashing.ofText('other');
        expect(verifyConsistency(hashing, { ...claim, fromRoot: other })).to.equal(false);
        expect(verifyConsistency(hashing, { ...claim, toRoot: other })).to.equal(false);
        expect(verifyConsistency(hashing, { ...claim, hashes: [...hashes, other] })).to.equal(false);
      }),
      { numRuns: 200 },
    );
  });

  it('splits at the largest smaller power of two', () => {
    expect([2, 3, 4, 5, 8, 9].map(splitOf)).to.deep.equal([1, 2, 2, 4, 4, 8]);
  });
});
