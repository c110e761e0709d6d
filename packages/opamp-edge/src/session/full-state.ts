import { AgentCapability, type AgentToServer, hasCapability } from '@ampora/opamp-protocol';
import type { SequenceVerdict } from './sequence.ts';

/** What is known of a message's place among the agent's messages. */
export interface MessagePlace {
  readonly verdict: SequenceVerdict;
  /** It opened a connection (or a polling episode), where an agent may begin anew. */
  readonly opensConnection: boolean;
  /** It repeats the last number, but brings something new. */
  readonly repeatsWithNews: boolean;
}

/**
 * Whether something of the agent's state may have been missed, so that it must be asked for (specification, "Status Compression").
 * A number that does not follow is such a case, except where the message itself is all there is to know: a first or restarted
 * agent's full report, whatever its capabilities promise and it does not have yet.
 */
export function missesState(message: AgentToServer, place: MessagePlace): boolean {
  switch (place.verdict) {
    case 'next':
      return false;
    case 'repeated':
      return place.repeatsWithNews;
    case 'first':
      return !(beginsAnew(message) || isComplete(message));
    case 'restarted':
      return !(place.opensConnection && beginsAnew(message));
    case 'gap':
      return !isComplete(message);
    case 'backwards':
      // Complete or not: it may be an old message played back, and only the present state can undo it.
      return true;
  }
}

/** The first message of a process that has just started. */
export function beginsAnew(message: AgentToServer): boolean {
  return message.sequenceNum === 0n && message.agentDescription !== undefined;
}

/** Everything that its capabilities promise is in the message. */
export function isComplete(message: AgentToServer): boolean {
  const promises = (capability: bigint) => hasCapability(message.capabilities, capability);
  return (
    message.agentDescription !== undefined &&
    (message.effectiveConfig !== undefined || !promises(AgentCapability.ReportsEffectiveConfig)) &&
    (message.health !== undefined || !promises(AgentCapability.ReportsHealth)) &&
    (message.remoteConfigStatus !== undefined || !promises(AgentCapability.ReportsRemoteConfig)) &&
    (message.packageStatuses !== undefined || !promises(AgentCapability.ReportsPackageStatuses)) &&
    (message.availableComponents !== undefined || !promises(AgentCapability.ReportsAvailableComponents))
  );
}

/** What an agent sends that was asked for everything; lists that it may have to fetch, or has nothing to say of, may be missing. */
export function isFullReport(message: AgentToServer): boolean {
  const promises = (capability: bigint) => hasCapability(message.capabilities, capability);
  return (
    message.agentDescription !== undefined &&
    (message.effectiveConfig !== undefined || !promises(AgentCapability.ReportsEffectiveConfig)) &&
    (message.health !== undefined || !promises(AgentCapability.ReportsHealth))
  );
}
