import type { AgentEvent } from '@ampora/catalogue';
import { enrolled } from './rejections.ts';
import type { AgentState } from './state.ts';

/** Replaces the list reported before; never reported is the same as none. */
export interface RecordCustomCapabilities {
  readonly type: 'record-custom-capabilities';
  readonly capabilities: string[];
}

export function recordCustomCapabilities(command: RecordCustomCapabilities, state: AgentState): AgentEvent[] {
  const { capabilities } = command;
  if (enrolled(state).customCapabilities === capabilities.join('\n')) return [];
  return [{ type: 'AgentCustomCapabilitiesReported', data: { capabilities } }];
}
