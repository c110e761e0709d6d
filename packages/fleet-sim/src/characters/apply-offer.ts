import type { OfferView, Script } from './character.ts';

/** How a well-behaved supervisor takes an offer; `applyMs` from the new Collector's start to APPLIED. */
export function applyOffer(offer: OfferView, applyMs: number): Script {
  if (offer.isEmpty)
    return [
      { afterMs: 0, status: { is: 'applying' } },
      { afterMs: 0, status: { is: 'applied' }, health: { is: 'idle' } },
    ];
  if (offer.fault !== undefined) return refuse(offer.fault);
  return [
    { afterMs: 0, status: { is: 'applying' }, health: { is: 'stopping' } },
    { afterMs: 30, runs: 'offer', health: { is: 'starting' } },
    { afterMs: 20, health: { is: 'ok' } },
    { afterMs: applyMs, status: { is: 'applied' } },
  ];
}

/** With validation on, the reason is told and the old Collector runs on. */
export function refuse(reason: string): Script {
  return [
    { afterMs: 0, status: { is: 'applying' } },
    { afterMs: 60, status: { is: 'failed', error: `config validation failed: ${reason}` } },
  ];
}
