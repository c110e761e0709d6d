import type { AgentEvent } from '@ampora/catalogue';
import { enrolled } from './rejections.ts';
import type { AgentState } from './state.ts';

/** The agent was told where to send its own metrics; with an empty endpoint, to send them nowhere. */
export interface RecordOwnMetricsOffer {
  readonly type: 'record-own-metrics-offer';
  readonly settingsHash: string;
  readonly endpoint: string;
  readonly connectionId: string;
}

export function recordOwnMetricsOffer(command: RecordOwnMetricsOffer, state: AgentState): AgentEvent[] {
  enrolled(state);
  const { settingsHash, endpoint, connectionId } = command;
  return [{ type: 'AgentOwnMetricsOffered', data: { settingsHash, endpoint, connectionId } }];
}
