import type { AgentEvent, Attribute } from '@ampora/catalogue';
import { enrolled } from './rejections.ts';
import type { AgentState } from './state.ts';

export interface RecordDescription {
  readonly type: 'record-description';
  readonly digest: string;
  readonly identifying: Attribute[];
  readonly nonIdentifying: Attribute[];
}

export function recordDescription(command: RecordDescription, state: AgentState): AgentEvent[] {
  const { digest, identifying, nonIdentifying } = command;
  if (enrolled(state).description === digest) return [];
  return [{ type: 'AgentDescriptionReported', data: { digest, identifying, nonIdentifying } }];
}
