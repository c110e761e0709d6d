import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { isSignedBy, parseCheckpoint } from './checkpoint.ts';
import { splitOf } from './tree-path.ts';
import { climb, isConsistent, leafHashOf, toBase64 } from './verify-proof.ts';

// The tree as RFC 9162 §2.1 defines it, the slow way.
const hash = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
const leaf = (index: number) => hash(Buffer.of(0), Buffer.from(`leaf ${String(index)}`));
function rootOf(from: number, to: number): Buffer {
  if (to - from === 1) return leaf(from);
  const middle = from + splitOf(to - from);
  return hash(Buffer.of(1), rootOf(from, middle), rootOf(middle, to));
}
function inclusion(index: number, from: number, to: number): Buffer[] {
  if (to - from === 1) return [];
  const middle = from + splitOf(to - from);
  return index < middle
    ? [...inclusion(index, from, middle), rootOf(middle, to)]
    : [...inclusion(index, middle, to), rootOf(from, middle)];
}
function consistency(size: number, from: number, to: number, known: boolean): Buffer[] {
  if (size === to - from) return known ? [] : [rootOf(from, to)];
  const half = splitOf(to - from);
  return size <= half
    ? [...consistency(size, from, from + half, known), rootOf(from + half, to)]
    : [...consistency(size - half, from + half, to, false), rootOf(from, from + half)];
}
const base64 = (bytes: Buffer) => bytes.toString('base64');
const indexInTree = fc
  .integer({ min: 1, max: 70 })
  .chain((size) => fc.tuple(fc.integer({ min: 0, max: size - 1 }), fc.constant(size)));

describe('a proof checked in the browser', () => {
  it('hashes a leaf as a stranger does', async () => {
    expect(toBase64(await leafHashOf('leaf 7'))).to.equal(base64(leaf(7)));
  });

  it('climbs from any leaf of any tree to its root', async () => {
    await fc.assert(
      fc.asyncProperty(indexInTree, async ([index, size]) => {
        const climbed = await climb(base64(leaf(index)), index, size, inclusion(index, 0, size).map(base64));
        expect(climbed?.at(-1) ?? base64(leaf(index))).to.equal(base64(rootOf(0, size)));
      }),
    );
  });

  it('does not arrive at the root from another leaf, or with a hash too many', async () => {
    const path = inclusion(3, 0, 9).map(base64);
    expect((await climb(base64(leaf(4)), 3, 9, path))?.at(-1)).not.to.equal(base64(rootOf(0, 9)));
    expect(await climb(base64(leaf(3)), 3, 9, [...path, base64(leaf(0))])).to.equal(null);
    expect(await climb(base64(leaf(3)), 9, 9, path)).to.equal(null);
  });

  it('knows a tree that grew from one that was changed', async () => {
    await fc.assert(
      fc.asyncProperty(indexInTree, async ([index, to]) => {
        const from = index + 1;
        const proof = (from === to ? [] : consistency(from, 0, to, true)).map(base64);
        const older = { size: from, root: base64(rootOf(0, from)) };
        const newer = { size: to, root: base64(rootOf(0, to)) };
        expect(await isConsistent(older, newer, proof)).to.equal(true);
        const forged = { size: from, root: base64(hash(Buffer.from('other'))) };
        expect(await isConsistent(forged, newer, proof)).to.equal(false);
        expect(await isConsistent(older, { ...newer, root: forged.root }, proof)).to.equal(false);
      }),
    );
  });
});

describe('a checkpoint', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const body = `ampora/default\n12\n${base64(rootOf(0, 12))}\n`;
  const signature = Buffer.concat([Buffer.of(1, 2, 3, 4), sign(null, Buffer.from(body), privateKey)]);
  const note = `${body}\n— ampora/default ${base64(signature)}\n`;

  it('says origin, size and root', () => {
    expect(parseCheckpoint(note)).to.include({
      origin: 'ampora/default',
      size: 12,
      root: base64(rootOf(0, 12)),
    });
    expect(parseCheckpoint('nothing')).to.equal(null);
  });

  it('is signed by its key, and by no other, and not when a letter differs', async () => {
    const other = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const read = (text: string) => parseCheckpoint(text)!;
    expect(await isSignedBy(read(note), pem)).to.equal(true);
    expect(await isSignedBy(read(note), other)).to.equal(false);
    expect(await isSignedBy(read(note.replace('\n12\n', '\n13\n')), pem)).to.equal(false);
    expect(await isSignedBy(read(note), 'no key')).to.equal(null);
  });
});
