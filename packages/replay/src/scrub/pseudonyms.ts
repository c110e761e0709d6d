import { createHmac, randomBytes } from 'node:crypto';
import { isIP } from 'node:net';

/**
 * Replaces values by others, the same by the same, under a key that exists only here: whoever has the output cannot
 * find out what a pseudonym stands for, not even by trying values.
 */
export interface Pseudonyms {
  /** A word that looks like one: `w` and 10 hexadecimal digits. */
  word(text: string): string;
  uuid(text: string): string;
  /** As many hexadecimal digits. */
  hex(text: string): string;
  /** As many characters of base64url. */
  digest(text: string): string;
  /** Loopback stays; others become one of a block that is kept for documentation and tests. */
  ip(text: string): string;
  /** As many decimal digits. */
  digits(text: string): string;
  number(value: number): number;
}

export function createPseudonyms(key: Buffer = randomBytes(32)): Pseudonyms {
  const remembered = new Map<string, Buffer>();
  const bytesOf = (kind: string, text: string): Buffer => {
    const name = `${kind}\0${text}`;
    let bytes = remembered.get(name);
    if (!bytes) remembered.set(name, (bytes = createHmac('sha512', key).update(name).digest()));
    if (remembered.size > REMEMBERED) remembered.clear();
    return bytes;
  };
  return {
    word: (text) => `w${bytesOf('word', text).toString('hex', 0, 5)}`,
    uuid(text) {
      const hex = bytesOf('uuid', text.toLowerCase()).toString('hex', 0, 16);
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
    hex: (text) => repeated(bytesOf('hex', text).toString('hex'), text.length),
    digest: (text) => repeated(bytesOf('digest', text).toString('base64url'), text.length),
    ip(text) {
      if (text === '::1' || text.startsWith('127.')) return text;
      const bytes = bytesOf('ip', text);
      if (isIP(text) === 4) return `198.${18 + (bytes.readUInt8(0) & 1)}.${bytes[1]}.${bytes[2]}`;
      return `2001:db8::${bytes.toString('hex', 0, 2)}:${bytes.toString('hex', 2, 4)}`;
    },
    digits(text) {
      const digits = BigInt(`0x${bytesOf('digits', text).toString('hex')}`).toString();
      return repeated(`1${digits}`, text.length);
    },
    number: (value) => bytesOf('number', String(value)).readUInt32BE(0) % 1_000_000,
  };
}

const REMEMBERED = 200_000;

function repeated(text: string, length: number): string {
  return text.repeat(Math.ceil(length / text.length) || 1).slice(0, length);
}
