import { applyOffer } from './apply-offer.ts';
import { type Character, nothing } from './character.ts';

export const healthy: Character = {
  client: 'supervisor',
  onOffer: (offer) => applyOffer(offer, 100),
  live: () => nothing,
};
