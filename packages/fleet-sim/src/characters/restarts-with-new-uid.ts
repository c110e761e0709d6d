import { type Character, nothing } from './character.ts';

/** A Collector with the extension and no configured uid: after each restart nobody knows it. Twice as long each time, so that a long run leaves few strangers. */
export const restartsWithNewUid: Character = {
  client: 'extension',
  onOffer: () => nothing,
  live: ({ random, restarts }) => [
    {
      afterMs: random.between(60_000, 180_000) * 2 ** Math.min(restarts, 10),
      health: { is: 'stopping' },
      connection: 'goodbye',
    },
    { afterMs: 2_000, process: 'new-uid', health: { is: 'starting' }, connection: 'open' },
    { afterMs: 40, health: { is: 'ok' } },
  ],
};
