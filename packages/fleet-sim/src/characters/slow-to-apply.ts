import { applyOffer } from './apply-offer.ts';
import { type Character, nothing } from './character.ts';

/** APPLYING for as long as an ordinary supervisor waits before it believes in a configuration, and longer. */
export const slowToApply: Character = {
  client: 'supervisor',
  onOffer: (offer, { random }) => applyOffer(offer, random.between(5_000, 45_000)),
  live: () => nothing,
};
