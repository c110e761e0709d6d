import { applyOffer } from './apply-offer.ts';
import { type Character, nothing } from './character.ts';

/** Says APPLIED and means it, until somebody logs in and turns a knob. */
export const editsOwnConfig: Character = {
  client: 'supervisor',
  onOffer: (offer) => applyOffer(offer, 100),
  live: ({ status, isEdited, random }) =>
    status === 'applied' && !isEdited
      ? [{ afterMs: random.between(15_000, 60_000), runs: 'edited', health: { is: 'ok' } }]
      : nothing,
};
