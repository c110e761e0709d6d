import { ApiError } from '../problem/api-error.ts';

/** Share of what agents can be sent from which on a warning is due. */
const nearly = 0.8;

/** A text that is not larger than agents can be sent, or a refusal. Whatever else it is, a check can tell. */
export function withinLimit(text: string, maxBytes: number): string {
  const size = Buffer.byteLength(text, 'utf8');
  if (size <= maxBytes) return text;
  throw new ApiError(
    413,
    'configuration/too-large',
    `The text has ${size} bytes; agents can be sent ${maxBytes}.`,
    { details: { sizeBytes: size, limitBytes: maxBytes } },
  );
}

/** A text that can be stored and given back byte for byte, or a refusal that says what is wrong and where. */
export function requireText(text: string, maxBytes: number): string {
  withinLimit(text, maxBytes);
  if (looksLikeUtf16(text)) {
    throw new ApiError(422, 'configuration/utf-16', 'The text was read from UTF-16. Save it as UTF-8.', {
      details: { line: 1, column: 1 },
    });
  }
  const nul = text.indexOf('\0');
  if (nul >= 0) {
    const place = placeOf(text, nul);
    throw new ApiError(
      422,
      'configuration/nul-character',
      `There is a NUL character in line ${place.line}, column ${place.column}: this is no text.`,
      { details: place },
    );
  }
  if (!text.isWellFormed()) {
    const place = placeOf(text, text.search(/[\uD800-\uDFFF]/u));
    throw new ApiError(
      422,
      'configuration/not-utf8',
      `Half of a character stands in line ${place.line}, column ${place.column}. Save the text as UTF-8.`,
      { details: place },
    );
  }
  return text;
}

/** Said of a text that can be sent, but not grow much. */
export function sizeWarning(sizeBytes: number, maxBytes: number): string | null {
  if (sizeBytes < maxBytes * nearly) return null;
  const share = Math.floor((sizeBytes / maxBytes) * 100);
  return `The text has ${sizeBytes} bytes, ${share} % of what agents can be sent in one message (OpAmp:MaxMessageBytes is ${maxBytes}).`;
}

/** Swapped byte order marks, those that a decoder could make nothing of, and text in which every other byte is zero. */
function looksLikeUtf16(text: string): boolean {
  if (text.startsWith('\uFFFE') || text.startsWith('\uFFFD\uFFFD') || text.startsWith('\u00FF\u00FE'))
    return true;
  if (text.startsWith('\u00FE\u00FF')) return true;
  const isNul = (at: number) => text.charCodeAt(at) === 0;
  return (isNul(0) && isNul(2)) || (isNul(1) && isNul(3));
}

function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}
