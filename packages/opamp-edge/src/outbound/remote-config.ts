import { AgentCapability, hasCapability } from '@ampora/opamp-protocol';

/** What a decision about an offer rests on: what is wanted, and what the agent is known to have and to have been sent. */
export interface OfferView {
  /** Hash of the wanted configuration, hex; empty when none is. */
  readonly wanted: string;
  readonly capabilities: bigint;
  /** Hash the agent last reported; empty when it says that it has none, or never said. */
  readonly reported: string;
  /** Hash offered last, on whatever connection. */
  readonly offered: string;
  /** Whether the agent has reported any status for `offered`. */
  readonly offerAnswered: boolean;
  /** Hash offered last on this connection; empty if none was. */
  readonly offeredHere: string;
  /** What is not to be offered before the agent has said what it has, or was given the time to. */
  readonly doubt: Doubt;
  /** Somebody wants it sent once more, whatever the agent says that it has. */
  readonly isForced: boolean;
}

/**
 * `last-offer`: the agent may have got the configuration offered last and could not say so (its connection broke, an answer was lost).
 * `all`: the log may know neither the last offer nor the answer to it (this process, or the log, was gone).
 */
export type Doubt = 'none' | 'last-offer' | 'all';

export type OfferDecision = 'offer' | 'nothing' | 'wait-for-status';

/**
 * Whether the wanted configuration is to be sent now (specification, "Configuration"; checklist R1 to R13). Level-triggered:
 * asked on every message that could change the answer, and whenever the wanted configuration changes.
 */
export function decideOffer(view: OfferView): OfferDecision {
  const { wanted } = view;
  if (wanted === '' || !hasCapability(view.capabilities, AgentCapability.AcceptsRemoteConfig))
    return 'nothing';
  if (view.isForced) return 'offer';
  const reports = hasCapability(view.capabilities, AgentCapability.ReportsRemoteConfig);
  // Whatever became of it (applied, applying, failed): the agent has it, and is told again only of something else.
  if (reports && view.reported === wanted) return 'nothing';
  if (view.offeredHere === wanted) return 'nothing';
  if (!reports) return 'offer';
  if (view.doubt === 'all' || (view.doubt === 'last-offer' && view.offered === wanted))
    return 'wait-for-status';
  // It took this very configuration once and went back to another by itself: pushing again would go on for ever.
  // An agent that lost its storage says that it has none, and is helped.
  if (view.offered === wanted && view.offerAnswered && view.reported !== '') return 'nothing';
  return 'offer';
}
