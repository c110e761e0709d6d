import { applyOffer } from './apply-offer.ts';
import type { Character } from './character.ts';
import { exitMessage } from './exit-message.ts';

/** Dies and comes back every few seconds: even ones lose the Collector under the supervisor, odd ones the connection too. */
export const flaps: Character = {
  client: 'supervisor',
  onOffer: (offer) => applyOffer(offer, 100),
  live: ({ ordinal, random }) =>
    ordinal % 2 === 0
      ? [
          { afterMs: random.between(4_000, 6_000), health: { is: 'down', error: exitMessage(random, 137) } },
          { afterMs: 1_500, health: { is: 'starting' } },
          { afterMs: 40, health: { is: 'ok' } },
        ]
      : [
          { afterMs: random.between(6_000, 12_000), connection: 'cut' },
          {
            afterMs: random.between(1_000, 4_000),
            process: 'same-uid',
            health: { is: 'down', error: exitMessage(random, 2) },
            connection: 'open',
          },
          { afterMs: 1_000, health: { is: 'ok' } },
        ],
};
