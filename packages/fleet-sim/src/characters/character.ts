import type { HealthState } from '../health.ts';
import type { Random } from '../random.ts';

export type StatusClaim =
  | { readonly is: 'applying' }
  | { readonly is: 'applied' }
  | { readonly is: 'failed'; readonly error: string };

/** One moment of a script. What an agent tells in one act goes in one message. */
export interface Act {
  /** Since the act before, milliseconds at the fleet's pace 1. */
  readonly afterMs: number;
  /** About the newest offer. */
  readonly status?: StatusClaim;
  /** From now on its Collector runs the offer, or what somebody made of the running one by hand. */
  readonly runs?: 'offer' | 'edited';
  readonly health?: HealthState;
  /** `cut` and `goodbye` end the connection without and with agent_disconnect, `freeze` leaves it open and deaf, `open` dials again. */
  readonly connection?: 'cut' | 'goodbye' | 'freeze' | 'open';
  /** Another process takes over: the sequence starts at 0 with a full report, under the same uid or a fresh one. */
  readonly process?: 'same-uid' | 'new-uid';
}

export type Script = readonly Act[];

/** What a character sees of the agent that it plays. */
export interface Stage {
  /** How many agents of this character come before it: for characters with variants. */
  readonly ordinal: number;
  readonly random: Random;
  readonly hasOffer: boolean;
  readonly status: 'unset' | 'applying' | 'applied' | 'failed';
  readonly isEdited: boolean;
  /** Processes that this agent has used up. */
  readonly restarts: number;
  /** Of the process that the agent looks after. */
  readonly health: HealthState['is'];
}

/** An offer as a character needs it. */
export interface OfferView {
  /** The file map is empty: stop the Collector. */
  readonly isEmpty: boolean;
  /** Why this agent's build would not run it, in the Collector's words. */
  readonly fault: string | undefined;
}

/** How an agent behaves: a pure script, played by the state machine. */
export interface Character {
  /** A supervisor with all finished features on, or an extension that can only be watched. */
  readonly client: 'supervisor' | 'extension';
  /** What follows a new offer. It replaces whatever was going on. */
  onOffer(offer: OfferView, stage: Stage): Script;
  /** What the agent does by itself; asked again at the end of each script, and dormant after an empty one until the next offer. */
  live(stage: Stage): Script;
}

export const nothing: Script = [];
