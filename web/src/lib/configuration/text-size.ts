import { sizeText } from '#lib/format/number.ts';
import { mostBytes } from './import-text.ts';

/** Beyond this many bytes a text is checked when somebody asks, not while it is typed. */
export const mostCheckedLive = 2 * 1024 * 1024;

/** A sentence about a text that is, or soon will be, more than can be stored; null for all others. */
export function sizeWarning(bytes: number): { readonly tone: 'warn' | 'bad'; readonly text: string } | null {
  if (bytes > mostBytes)
    return {
      tone: 'bad',
      text: `This is ${sizeText(bytes)}. The server takes at most ${sizeText(mostBytes)}: it cannot be saved.`,
    };
  if (bytes > mostBytes * 0.8)
    return {
      tone: 'warn',
      text: `This is ${sizeText(bytes)} of the ${sizeText(mostBytes)} that can be stored.`,
    };
  return null;
}

/** Bytes of a text as UTF-8, without making them: a text that is typed is measured again and again. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    // Each half of a pair counts two of its four bytes.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}
