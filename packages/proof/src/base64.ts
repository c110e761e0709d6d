const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const codes = Uint8Array.from(alphabet, (letter) => letter.charCodeAt(0));
const values = new Int16Array(128).fill(-1);
for (const [value, code] of codes.entries()) values[code] = value;

/** Base64 of RFC 4648 §4, with padding. */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  let at = 0;
  for (; at + 2 < bytes.length; at += 3) {
    const three =
      ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
    text += String.fromCharCode(
      codes[three >> 18] as number,
      codes[(three >> 12) & 63] as number,
      codes[(three >> 6) & 63] as number,
      codes[three & 63] as number,
    );
  }
  const left = bytes.length - at;
  if (left === 0) return text;
  const rest = ((bytes[at] as number) << 16) | ((bytes[at + 1] ?? 0) << 8);
  const tail = `${alphabet.charAt(rest >> 18)}${alphabet.charAt((rest >> 12) & 63)}`;
  return `${text}${tail}${left === 2 ? alphabet.charAt((rest >> 6) & 63) : '='}=`;
}

/** The bytes of a base64 text in its one canonical form; `undefined` for any other text. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let to = 0;
  for (let at = 0; at < text.length; at += 4) {
    const isLast = at + 4 === text.length;
    let four = 0;
    for (let place = 0; place < 4; place++) {
      const isPadding = isLast && place >= 4 - padding;
      const value = isPadding ? 0 : (values[text.charCodeAt(at + place)] ?? -1);
      if (value < 0) return undefined;
      four = (four << 6) | value;
    }
    // What padding leaves over must be zero: otherwise two texts would stand for the same bytes.
    if (isLast && padding > 0 && (four & (padding === 2 ? 0xffff : 0xff)) !== 0) return undefined;
    for (let shift = 16; shift >= 0 && to < bytes.length; shift -= 8) bytes[to++] = (four >> shift) & 0xff;
  }
  return bytes;
}
