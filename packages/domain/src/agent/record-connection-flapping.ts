import type { AgentEvent } from '@ampora/catalogue';
import { enrolled } from './rejections.ts';
import type { AgentState } from './state.ts';

/** Stands for all connects and disconnects of an episode; damping decides when. */
export interface RecordConnectionFlapping {
  readonly type: 'record-connection-flapping';
  readonly connected: boolean;
  readonly connectionId: string;
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly changes: number;
  readonly settled: boolean;
}

export function recordConnectionFlapping(command: RecordConnectionFlapping, state: AgentState): AgentEvent[] {
  enrolled(state);
  const { type: _type, ...data } = command;
  return [{ type: 'AgentConnectionFlapping', data }];
}
