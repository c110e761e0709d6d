import { yaml } from '@codemirror/lang-yaml';
import type { Extension } from '@codemirror/state';

/** Beyond this many characters a text is not coloured: reading all of it for that would be felt at every key. */
const mostColoured = 1_000_000;

export const isColoured = (length: number) => length <= mostColoured;

/** What an editor knows of the language of a text this long. */
export function languageFor(length: number): Extension {
  return isColoured(length) ? yaml() : [];
}
