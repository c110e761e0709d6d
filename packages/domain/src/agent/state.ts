import type { ReportedStatus } from '@ampora/catalogue';
import { nothingStated, type StatedStates } from './damping.ts';

/** What decisions about an agent need; kept in memory for each connected agent, so digests and no bodies. */
export type AgentState = UnknownAgent | EnrolledAgent | AliasedUid;

export interface UnknownAgent {
  readonly status: 'unknown';
}

/** The stream of an instance uid that was given to an agent which existed before. */
export interface AliasedUid {
  readonly status: 'aliased';
  readonly agentId: string;
}

export interface EnrolledAgent {
  readonly status: 'enrolled';
  readonly agentId: string;
  readonly instanceUid: string;
  /** Before the last reassignment; empty if there was none. */
  readonly previousInstanceUid: string;
  /** Of the last connection stated, still open or not; empty before the first. */
  readonly connectionId: string;
  /** `up` or `down`. */
  readonly connection: StatedStates;
  /** Bit mask as decimal text; empty until reported. */
  readonly capabilities: string;
  /** Digests; empty until reported. */
  readonly description: string;
  readonly effectiveConfig: string;
  readonly packages: string;
  /** The list itself, joined: it is short. */
  readonly customCapabilities: string;
  readonly health: StatedStates;
  readonly remoteConfig: OfferStatus;
  readonly connectionSettings: OfferStatus;
  /** Hash of the configuration sent last; empty if none was. */
  readonly offeredConfig: string;
  /** Whether the agent has reported any status for `offeredConfig`: it got it, whatever it did then. */
  readonly offerAnswered: boolean;
  /** Hash of the settings for its own metrics that were offered last; empty if none were, or such as ended it. */
  readonly offeredOwnMetrics: string;
  readonly componentsHash: string;
  readonly componentsContent: string | null;
}

/** What the agent says of the configuration or the settings it has. */
export interface OfferStatus {
  /** Hex; empty when it says that it has none. */
  readonly hash: string;
  readonly status: ReportedStatus;
  /** The error text in meaning. */
  readonly error: string;
}

export const unknownAgent: AgentState = { status: 'unknown' };

const nothingReported: OfferStatus = { hash: '', status: 'unset', error: '' };

export function newlyEnrolled(agentId: string, instanceUid: string): EnrolledAgent {
  return {
    status: 'enrolled',
    agentId,
    instanceUid,
    previousInstanceUid: '',
    connectionId: '',
    connection: nothingStated,
    capabilities: '',
    description: '',
    effectiveConfig: '',
    packages: '',
    customCapabilities: '',
    health: nothingStated,
    remoteConfig: nothingReported,
    connectionSettings: nothingReported,
    offeredConfig: '',
    offerAnswered: false,
    offeredOwnMetrics: '',
    componentsHash: '',
    componentsContent: null,
  };
}

export function isConnected(state: AgentState): boolean {
  return state.status === 'enrolled' && state.connection.digest === CONNECTED;
}

export const CONNECTED = 'up';
export const DISCONNECTED = 'down';
