import { isIP } from 'node:net';
import type { Pseudonyms } from './pseudonyms.ts';
import { isCommonWord } from './vocabulary.ts';

/**
 * A text with every word replaced that is not one of everybody's. Layout and punctuation stay, so that what could be
 * parsed still can, and what was broken stays broken in the same place. What follows a secret's name goes altogether.
 */
export function scrubText(text: string, pseudonyms: Pseudonyms): string {
  return text
    .split('\n')
    .map((line) => {
      const secret = SECRET_NAME.exec(line);
      if (!secret) return scrubWords(line, pseudonyms, false);
      const divide = secret.index + secret[0].length;
      return (
        scrubWords(line.slice(0, divide), pseudonyms, false) +
        scrubWords(line.slice(divide), pseudonyms, true)
      );
    })
    .join('\n');
}

/** What ends in a secret's name, and what divides it from its value. */
const SECRET_NAME =
  /(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|authorization|credentials?|cookie|key_pem|dsn)["']?\s*[:=]/i;

/** Everything that is neither white space nor a mark of ASCII, with dots, dashes and slashes that stand inside. */
const WORD = /[^\s!-/:-@[-^`{-~]+(?:[.-]+[^\s!-/:-@[-^`{-~]+)*/gu;
const IPV6 = /(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])/gi;
const MAC = /\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b/gi;
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
/** Small numbers, sizes, durations, shares and versions in figures say nothing of anybody. */
const QUANTITY = /^v?\d{1,5}(?:\.\d{1,5}){0,2}(?:ns|us|µs|ms|s|m|h|d|b|[kmgt]i?b?)?$/i;

function scrubWords(text: string, pseudonyms: Pseudonyms, isSecret: boolean): string {
  const withoutMac = text.replace(MAC, (mac) => pseudonyms.word(mac));
  const withoutIpv6 = withoutMac.replace(IPV6, (found) => (isIP(found) === 6 ? pseudonyms.ip(found) : found));
  if (withoutIpv6 !== withoutMac) return outsideIps(withoutIpv6, pseudonyms, isSecret);
  return withoutMac.replace(WORD, (word) => scrubWord(word, pseudonyms, isSecret));
}

/** Pseudonyms of addresses are not to be replaced again. */
function outsideIps(text: string, pseudonyms: Pseudonyms, isSecret: boolean): string {
  const parts = text.split(/(2001:db8::[0-9a-f]{1,4}:[0-9a-f]{1,4}|::1)/);
  return parts
    .map((part, index) =>
      index % 2 === 1 ? part : part.replace(WORD, (word) => scrubWord(word, pseudonyms, isSecret)),
    )
    .join('');
}

export function scrubWord(word: string, pseudonyms: Pseudonyms, isSecret = false): string {
  if (isSecret) return pseudonyms.word(word);
  if (isCommonWord(word)) return word;
  if (isIP(word) === 4) return pseudonyms.ip(word);
  if (QUANTITY.test(word)) return word;
  if (UUID.test(word)) return pseudonyms.uuid(word);
  if (/^\d+$/.test(word)) return pseudonyms.digits(word);
  return pseudonyms.word(word);
}
