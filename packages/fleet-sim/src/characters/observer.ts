import { type Character, nothing } from './character.ts';

/** The extension in a Collector: reports, and takes nothing. */
export const observer: Character = {
  client: 'extension',
  onOffer: () => nothing,
  live: () => nothing,
};
