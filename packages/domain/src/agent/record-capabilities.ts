import type { AgentEvent } from '@ampora/catalogue';
import { enrolled } from './rejections.ts';
import type { AgentState } from './state.ts';

export interface RecordCapabilities {
  readonly type: 'record-capabilities';
  /** Bit mask as decimal text. */
  readonly capabilities: string;
}

export function recordCapabilities({ capabilities }: RecordCapabilities, state: AgentState): AgentEvent[] {
  if (enrolled(state).capabilities === capabilities) return [];
  return [{ type: 'AgentCapabilitiesReported', data: { capabilities } }];
}
