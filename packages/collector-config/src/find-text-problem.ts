/** What is wrong with a text before it is read as YAML, and where. */
export interface TextProblem {
  readonly kind: 'too-large' | 'encoding';
  readonly offset: number;
  readonly message: string;
}

const hiddenCharacters = new RegExp(
  '[\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\u007F-\\u0084\\u0086-\\u009F\\uFFFE\\uFFFF]',
);
const loneSurrogate = /[\uD800-\uDFFF]/u;

/** Looks for text over the size limit and for characters that YAML forbids. Linear in the limit, not in the text. */
export function findTextProblem(text: string, maxBytes: number): TextProblem | undefined {
  if (isLargerThan(text, maxBytes))
    return {
      kind: 'too-large',
      offset: 0,
      message: `The configuration is larger than ${describeBytes(maxBytes)}. Split it or remove what is not needed.`,
    };
  const hidden = text.search(hiddenCharacters);
  if (text.startsWith('\uFFFE') || text.startsWith('\uFFFD\uFFFD') || looksLikeUtf16(text))
    return { kind: 'encoding', offset: 0, message: 'The text looks like UTF-16. Save it as UTF-8.' };
  if (hidden >= 0) {
    const name = `U+${text.charCodeAt(hidden).toString(16).toUpperCase().padStart(4, '0')}`;
    const what = text.charCodeAt(hidden) === 0 ? 'a NUL character' : `the control character ${name}`;
    return {
      kind: 'encoding',
      offset: hidden,
      message: `There is ${what} here, which YAML does not allow. Remove it.`,
    };
  }
  const lost = text.indexOf('\uFFFD');
  if (lost >= 0)
    return {
      kind: 'encoding',
      offset: lost,
      message:
        'What stands here was no UTF-8 and is lost (U+FFFD). Write it anew and save the text as UTF-8.',
    };
  const lone = text.search(loneSurrogate);
  if (lone >= 0)
    return {
      kind: 'encoding',
      offset: lone,
      message: 'Half of a character is missing here. Save the text as UTF-8.',
    };
  return undefined;
}

function looksLikeUtf16(text: string): boolean {
  const isNul = (at: number): boolean => text.charCodeAt(at) === 0;
  return (isNul(0) && isNul(2)) || (isNul(1) && isNul(3));
}

function isLargerThan(text: string, maxBytes: number): boolean {
  if (text.length > maxBytes) return true;
  if (text.length * 3 <= maxBytes) return false;
  let bytes = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    const isSurrogate = unit >= 0xd800 && unit <= 0xdfff;
    bytes += unit < 0x80 ? 1 : unit < 0x800 || isSurrogate ? 2 : 3;
  }
  return bytes > maxBytes;
}

function describeBytes(bytes: number): string {
  if (bytes >= 1_048_576) return `${Math.round((bytes / 1_048_576) * 10) / 10} MiB`;
  return bytes >= 1024 ? `${Math.round((bytes / 1024) * 10) / 10} KiB` : `${bytes} bytes`;
}
