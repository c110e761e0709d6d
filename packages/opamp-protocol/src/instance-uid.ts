import { randomFillSync } from 'node:crypto';
import { bytesFromHex } from './bytes-text.ts';

/** An instance uid is this many bytes: one UUID. */
export const instanceUidLength = 16;

/** The length of a ULID as text, which agents of before 2024 sent in place of bytes. */
const ulidTextLength = 26;

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Why these bytes cannot name an agent, as a sentence for the peer; undefined when they can. Any UUID version will do. */
export function instanceUidFault(bytes: Uint8Array): string | undefined {
  if (bytes.length === ulidTextLength) {
    return 'instance_uid is 26 bytes long, which looks like a ULID in text; it must be the 16 bytes of a UUID.';
  }
  if (bytes.length !== instanceUidLength) {
    return `instance_uid is ${bytes.length} bytes long; it must be the 16 bytes of a UUID.`;
  }
  if (bytes.every((byte) => byte === 0x00)) return 'instance_uid is all zeros; every agent needs its own.';
  if (bytes.every((byte) => byte === 0xff)) return 'instance_uid is all ones; every agent needs its own.';
  return undefined;
}

/** 16 bytes as UUID text in lower case. Throws RangeError for any other length: check with instanceUidFault first. */
export function instanceUidToText(bytes: Uint8Array): string {
  if (bytes.length !== instanceUidLength)
    throw new RangeError(`An instance uid has 16 bytes, not ${bytes.length}.`);
  let text = '';
  for (let index = 0; index < instanceUidLength; index++) {
    if (index === 4 || index === 6 || index === 8 || index === 10) text += '-';
    text += hex[bytes[index] as number];
  }
  return text;
}

/** The bytes of a UUID in text, in either case; undefined when it is not one. */
export function instanceUidFromText(text: string): Uint8Array | undefined {
  return uuidPattern.test(text) ? bytesFromHex(text.replaceAll('-', '')) : undefined;
}

/** A fresh UUID version 7: milliseconds since the Unix epoch in the first 48 bits, then 74 random bits. */
export function newInstanceUid(nowMs: number = Date.now()): Uint8Array {
  const bytes = randomFillSync(new Uint8Array(instanceUidLength));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Math.floor(nowMs / 0x1_0000_0000));
  view.setUint32(2, nowMs % 0x1_0000_0000);
  view.setUint8(6, 0x70 | (view.getUint8(6) & 0x0f)); // version 7
  view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f)); // variant of RFC 9562
  return bytes;
}
