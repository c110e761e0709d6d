/** What came of reading bytes as UTF-8: the text, or the first byte that is none. */
export type DecodedText =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly offset: number };

// Lowest code point that may be written with so many following bytes, and what the first byte of such a run begins with.
const shapes = [
  { following: 1, mask: 0xe0, lead: 0xc0, lowest: 0x80 },
  { following: 2, mask: 0xf0, lead: 0xe0, lowest: 0x800 },
  { following: 3, mask: 0xf8, lead: 0xf0, lowest: 0x10000 },
] as const;
const chunk = 8192;

/**
 * Strict UTF-8: overlong forms, halves of surrogate pairs and cut sequences are refused, a byte order mark is kept. By
 * hand, for this package knows neither of Node nor of browsers, and the offset of the first wrong byte is wanted.
 */
export function decodeUtf8(bytes: Uint8Array): DecodedText {
  const parts: string[] = [];
  let units: number[] = [];
  let at = 0;
  while (at < bytes.length) {
    const first = bytes[at] ?? 0;
    if (first < 0x80) {
      units.push(first);
      at += 1;
    } else {
      const point = readPoint(bytes, at);
      if (point === undefined) return { ok: false, offset: at };
      if (point.code > 0xffff)
        units.push(0xd800 + ((point.code - 0x10000) >> 10), 0xdc00 + ((point.code - 0x10000) & 0x3ff));
      else units.push(point.code);
      at += point.length;
    }
    if (units.length < chunk) continue;
    parts.push(String.fromCharCode(...units));
    units = [];
  }
  return { ok: true, text: parts.join('') + String.fromCharCode(...units) };
}

function readPoint(
  bytes: Uint8Array,
  at: number,
): { readonly code: number; readonly length: number } | undefined {
  const first = bytes[at] ?? 0;
  const shape = shapes.find(({ mask, lead }) => (first & mask) === lead);
  if (shape === undefined) return undefined;
  let code = first & ~shape.mask & 0xff;
  for (let next = 1; next <= shape.following; next++) {
    const byte = bytes[at + next];
    if (byte === undefined || (byte & 0xc0) !== 0x80) return undefined;
    code = (code << 6) | (byte & 0x3f);
  }
  const isHalf = code >= 0xd800 && code <= 0xdfff;
  return code < shape.lowest || code > 0x10ffff || isHalf ? undefined : { code, length: shape.following + 1 };
}
