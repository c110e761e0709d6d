import type { AgentEvent } from '@ampora/catalogue';
import { enrolled } from './rejections.ts';
import type { AgentState } from './state.ts';

/** A configuration was sent. Sending it again (on another connection, to an agent that did not answer) is a fact too. */
export interface RecordRemoteConfigOffer {
  readonly type: 'record-remote-config-offer';
  readonly configHash: string;
  readonly configurationId: string;
  readonly version: number;
  readonly connectionId: string;
}

export function recordRemoteConfigOffer(command: RecordRemoteConfigOffer, state: AgentState): AgentEvent[] {
  enrolled(state);
  const { configHash, configurationId, version, connectionId } = command;
  return [{ type: 'AgentRemoteConfigOffered', data: { configHash, configurationId, version, connectionId } }];
}
