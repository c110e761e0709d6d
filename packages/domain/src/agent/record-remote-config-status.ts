import type { AgentEvent, ReportedStatus } from '@ampora/catalogue';
import { meaningOfError } from './meaning.ts';
import { enrolled } from './rejections.ts';
import type { AgentState } from './state.ts';

export interface RecordRemoteConfigStatus {
  readonly type: 'record-remote-config-status';
  /** Hex; empty when the agent says that it has none. */
  readonly configHash: string;
  readonly status: ReportedStatus;
  readonly errorMessage: string;
}

export function recordRemoteConfigStatus(command: RecordRemoteConfigStatus, state: AgentState): AgentEvent[] {
  const { configHash, status, errorMessage } = command;
  const known = enrolled(state).remoteConfig;
  const repeated =
    known.hash === configHash && known.status === status && known.error === meaningOfError(errorMessage);
  if (repeated) return [];
  return [{ type: 'AgentRemoteConfigStatusReported', data: { configHash, status, errorMessage } }];
}
