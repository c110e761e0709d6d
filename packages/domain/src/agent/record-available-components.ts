import type { AgentEvent } from '@ampora/catalogue';
import { enrolled } from './rejections.ts';
import type { AgentState } from './state.ts';

export interface RecordAvailableComponents {
  readonly type: 'record-available-components';
  readonly componentsHash: string;
  /** Where the list is stored, if it is known. */
  readonly contentHash: string | null;
}

export function recordAvailableComponents(
  command: RecordAvailableComponents,
  state: AgentState,
): AgentEvent[] {
  const { componentsHash, contentHash } = command;
  const agent = enrolled(state);
  const sameHash = agent.componentsHash === componentsHash;
  if (sameHash && (contentHash === null || agent.componentsContent === contentHash)) return [];
  return [{ type: 'AgentAvailableComponentsReported', data: { componentsHash, contentHash } }];
}
