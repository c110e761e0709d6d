import { type Character, nothing } from './character.ts';

/** Takes every offer and never says what became of it, as old supervisors did. */
export const neverAnswers: Character = {
  client: 'supervisor',
  onOffer: () => nothing,
  live: () => nothing,
};
