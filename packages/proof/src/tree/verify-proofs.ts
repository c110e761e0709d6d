import { type Hashing, hashNode, isSameHash } from '../hashing.ts';

export interface InclusionClaim {
  readonly leafIndex: number;
  readonly treeSize: number;
  readonly leafHash: Uint8Array;
  readonly rootHash: Uint8Array;
  readonly hashes: readonly Uint8Array[];
}

/** RFC 9162 §2.1.3.2. */
export function verifyInclusion(hashing: Hashing, claim: InclusionClaim): boolean {
  const { leafIndex, treeSize, leafHash, rootHash, hashes } = claim;
  if (leafIndex < 0 || leafIndex >= treeSize) return false;
  let node = leafIndex;
  let last = treeSize - 1;
  let hash = leafHash;
  for (const sibling of hashes) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = hashNode(hashing, sibling, hash);
      while (node % 2 === 0 && node !== 0) {
        node /= 2;
        last = Math.floor(last / 2);
      }
    } else hash = hashNode(hashing, hash, sibling);
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && isSameHash(hash, rootHash);
}

export interface ConsistencyClaim {
  readonly fromSize: number;
  readonly toSize: number;
  readonly fromRoot: Uint8Array;
  readonly toRoot: Uint8Array;
  readonly hashes: readonly Uint8Array[];
}

/** RFC 9162 §2.1.4.2. A tree of no leaves is the beginning of any; a tree is the beginning of itself. */
export function verifyConsistency(hashing: Hashing, claim: ConsistencyClaim): boolean {
  const { fromSize, toSize, fromRoot, toRoot, hashes } = claim;
  if (fromSize < 0 || fromSize > toSize) return false;
  if (fromSize === toSize) return hashes.length === 0 && isSameHash(fromRoot, toRoot);
  if (fromSize === 0) return hashes.length === 0;
  const path = isPowerOfTwo(fromSize) ? [fromRoot, ...hashes] : [...hashes];
  let node = fromSize - 1;
  let last = toSize - 1;
  while (node % 2 === 1) {
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  const first = path.shift();
  if (first === undefined) return false;
  let from = first;
  let to = first;
  for (const hash of path) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      from = hashNode(hashing, hash, from);
      to = hashNode(hashing, hash, to);
      while (node % 2 === 0 && node !== 0) {
        node /= 2;
        last = Math.floor(last / 2);
      }
    } else to = hashNode(hashing, to, hash);
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && isSameHash(from, fromRoot) && isSameHash(to, toRoot);
}

function isPowerOfTwo(size: number): boolean {
  let power = 1;
  while (power < size) power *= 2;
  return power === size;
}
