/** SHA-256 as the runtime offers it: 32 bytes of a text's UTF-8, or of bytes. */
export interface Hashing {
  ofText(text: string): Uint8Array;
  ofBytes(bytes: Uint8Array): Uint8Array;
}

export const HASH_BYTES = 32;

/** RFC 9162 §2.1.1: the hash of a leaf is that of a zero byte and the leaf, here an event's line. */
export function hashLeaf(hashing: Hashing, line: string): Uint8Array {
  return hashing.ofText(`\0${line}`);
}

/** Filled anew for every node: hashing is synchronous and keeps nothing of it. */
const node = new Uint8Array(1 + 2 * HASH_BYTES);
node[0] = 1;

/** RFC 9162 §2.1.1: the hash of an inner node. */
export function hashNode(hashing: Hashing, left: Uint8Array, right: Uint8Array): Uint8Array {
  node.set(left, 1);
  node.set(right, 1 + HASH_BYTES);
  return hashing.ofBytes(node);
}

/** The root of a tree without leaves. */
export function hashEmpty(hashing: Hashing): Uint8Array {
  return hashing.ofText('');
}

export function isSameHash(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) return false;
  return true;
}
