import { Buffer } from 'node:buffer';

export function bytesToHex(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('hex');
}

/** Throws SyntaxError for text that is not pairs of hexadecimal digits, where Buffer would stop reading without a word. */
export function bytesFromHex(text: string): Uint8Array {
  if (!/^(?:[0-9a-f]{2})*$/i.test(text)) throw new SyntaxError('Expected pairs of hexadecimal digits.');
  return new Uint8Array(Buffer.from(text, 'hex'));
}

export function bytesToBase64(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('base64');
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
