import { applyOffer } from './apply-offer.ts';
import type { Character } from './character.ts';

/** The host vanishes behind its router: nothing is read or said any more, and no one closes the connection. Returns minutes later. */
export const halfOpen: Character = {
  client: 'supervisor',
  onOffer: (offer) => applyOffer(offer, 100),
  live: ({ random }) => [
    { afterMs: random.between(20_000, 60_000), connection: 'freeze' },
    { afterMs: random.between(120_000, 300_000), connection: 'cut' },
    { afterMs: 1_000, connection: 'open' },
  ],
};
