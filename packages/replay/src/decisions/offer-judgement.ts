import type { AssignableVersion, EnrolledAgent } from '@ampora/domain';
import { decideOffer, type OfferView } from '@ampora/opamp-edge';

/** What decides about an agent's configuration, as far as the log knows it. */
export interface OfferSituation {
  readonly state: EnrolledAgent;
  readonly wanted: AssignableVersion | null;
  /** What was wanted before the last change of it, and when that change was. */
  readonly wantedBefore: { readonly version: AssignableVersion | null; readonly untilMs: number } | null;
  /** Hash offered on the connection that it has now; empty if none was. */
  readonly offeredHere: string;
  /** It is to be offered once more, whatever it says that it has. */
  readonly isForced: boolean;
}

/** Why an offer is due, or is not. */
export type OfferState =
  | 'due'
  | 'offered, not answered'
  | 'has it'
  | 'refused it'
  | 'went back by itself'
  | 'nothing wanted'
  | 'takes no configuration'
  | 'not connected';

const UP = 'up';
const TAKES_REMOTE_CONFIG = 0x2n;

/** The edge's own decision, with nothing in doubt: an agent in doubt is asked first, and then this holds. */
export function decideFromLog({
  state,
  wanted,
  offeredHere,
  isForced,
}: OfferSituation): ReturnType<typeof decideOffer> {
  const view: OfferView = {
    wanted: wanted?.configHash ?? '',
    capabilities: BigInt(state.capabilities || '0'),
    reported: state.remoteConfig.hash,
    offered: state.offeredConfig,
    offerAnswered: state.offerAnswered,
    offeredHere,
    doubt: 'none',
    isForced,
  };
  return decideOffer(view);
}

export function offerStateOf(situation: OfferSituation): OfferState {
  const { state, wanted, offeredHere, isForced } = situation;
  if (!wanted) return 'nothing wanted';
  if ((BigInt(state.capabilities || '0') & TAKES_REMOTE_CONFIG) === 0n) return 'takes no configuration';
  if (state.remoteConfig.hash === wanted.configHash && !isForced)
    return state.remoteConfig.status === 'failed' ? 'refused it' : 'has it';
  if (state.connection.digest !== UP) return 'not connected';
  if (decideFromLog(situation) === 'offer') return 'due';
  return offeredHere === wanted.configHash ? 'offered, not answered' : 'went back by itself';
}

export interface Offered {
  readonly configHash: string;
  readonly configurationId: string;
  readonly version: number;
  readonly atMs: number;
}

/** An offer is on its way for as long as this: the log may say meanwhile that something else is wanted. */
const ON_ITS_WAY_MS = 30_000;

/**
 * Holds an offer that the log recorded against what the edge decides from the events before it. An empty text: it is the
 * same decision; otherwise what differs.
 */
export function differenceOfOffer(offered: Offered, situation: OfferSituation): string {
  const { state, wanted, wantedBefore, offeredHere } = situation;
  if (!isOffer(offered, wanted)) {
    const isOnItsWay =
      wantedBefore !== null &&
      isOffer(offered, wantedBefore.version) &&
      offered.atMs - wantedBefore.untilMs <= ON_ITS_WAY_MS;
    if (isOnItsWay) return '';
    return `The log offers ${nameOf(offered)}; from the events before, ${wanted ? `${nameOf(wanted)} is` : 'nothing is'} wanted.`;
  }
  if (decideFromLog(situation) === 'offer') return '';
  // It was sent and the agent said nothing to it: it may be sent again.
  if (offeredHere === offered.configHash && !state.offerAnswered) return '';
  return `The log offers ${nameOf(offered)}; from the events before, no offer is due: ${offerStateOf(situation)}.`;
}

function isOffer(offered: Offered, version: AssignableVersion | null): boolean {
  return (
    version !== null &&
    version.configHash === offered.configHash &&
    version.configurationId === offered.configurationId &&
    version.version === offered.version
  );
}

function nameOf({
  configurationId,
  version,
}: Pick<AssignableVersion, 'configurationId' | 'version'>): string {
  return `${configurationId} version ${version}`;
}
