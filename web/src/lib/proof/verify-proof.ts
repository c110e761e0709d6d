import { pathOf } from './tree-path.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Hashing needs a page that came over HTTPS or from this machine. */
export const canHash = (): boolean => typeof crypto !== 'undefined' && 'subtle' in crypto;

export function fromBase64(text: string): Bytes {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

export function toBase64(bytes: Bytes): string {
  return btoa(String.fromCharCode(...bytes));
}

export function toHex(bytes: Bytes): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export async function sha256(...parts: readonly Bytes[]): Promise<Bytes> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest('SHA-256', all));
}

/** The hash of a leaf: of a zero byte and the event's line. */
export const leafHashOf = (line: string): Promise<Bytes> =>
  sha256(Uint8Array.of(0), new TextEncoder().encode(line));

const joined = (left: Bytes, right: Bytes): Promise<Bytes> => sha256(Uint8Array.of(1), left, right);
const equal = (a: Bytes, b: Bytes): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

/** The hashes from a leaf up to the root; the last one is the root. Null when the proof has not one hash per step. */
export async function climb(
  leafHash: string,
  leafIndex: number,
  treeSize: number,
  hashes: readonly string[],
): Promise<string[] | null> {
  const steps = pathOf(leafIndex, treeSize);
  if (steps.length !== hashes.length || leafIndex >= treeSize) return null;
  let here = fromBase64(leafHash);
  const climbed: string[] = [];
  for (const [index, { side }] of steps.entries()) {
    const neighbour = fromBase64(hashes[index] ?? '');
    here = await (side === 'left' ? joined(neighbour, here) : joined(here, neighbour));
    climbed.push(toBase64(here));
  }
  return climbed;
}

/** Whether the tree of size `to` begins with the very tree of size `from` (RFC 9162 §2.1.4.2). */
export async function isConsistent(
  from: { readonly size: number; readonly root: string },
  to: { readonly size: number; readonly root: string },
  hashes: readonly string[],
): Promise<boolean> {
  if (from.size > to.size || from.size === 0) return false;
  if (from.size === to.size) return hashes.length === 0 && from.root === to.root;
  const path = hashes.map(fromBase64);
  const oldRoot = fromBase64(from.root);
  // A whole power of two is a node of the new tree itself, and is not repeated in the proof.
  if (Number.isInteger(Math.log2(from.size))) path.unshift(oldRoot);
  let older = from.size - 1;
  let newer = to.size - 1;
  while (older % 2 === 1) {
    older = (older - 1) / 2;
    newer = Math.floor(newer / 2);
  }
  const [first, ...rest] = path;
  if (first === undefined) return false;
  let seenOld = first;
  let seenNew = first;
  for (const hash of rest) {
    if (newer === 0) return false;
    if (older % 2 === 1 || older === newer) {
      seenOld = await joined(hash, seenOld);
      seenNew = await joined(hash, seenNew);
      while (older !== 0 && older % 2 === 0) {
        older /= 2;
        newer = Math.floor(newer / 2);
      }
    } else seenNew = await joined(seenNew, hash);
    older = Math.floor(older / 2);
    newer = Math.floor(newer / 2);
  }
  return newer === 0 && equal(seenOld, oldRoot) && equal(seenNew, fromBase64(to.root));
}
