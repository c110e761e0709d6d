import type { AgentEvent, ReportedStatus } from '@ampora/catalogue';
import { meaningOfError } from './meaning.ts';
import { enrolled } from './rejections.ts';
import type { AgentState } from './state.ts';

export interface RecordConnectionSettingsStatus {
  readonly type: 'record-connection-settings-status';
  readonly settingsHash: string;
  readonly status: ReportedStatus;
  readonly errorMessage: string;
}

export function recordConnectionSettingsStatus(
  command: RecordConnectionSettingsStatus,
  state: AgentState,
): AgentEvent[] {
  const { settingsHash, status, errorMessage } = command;
  const known = enrolled(state).connectionSettings;
  const repeated =
    known.hash === settingsHash && known.status === status && known.error === meaningOfError(errorMessage);
  if (repeated) return [];
  return [{ type: 'AgentConnectionSettingsStatusReported', data: { settingsHash, status, errorMessage } }];
}
