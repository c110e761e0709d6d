import type { AgentEvent, HealthNode } from '@ampora/catalogue';
import { enrolled } from './rejections.ts';
import type { AgentState } from './state.ts';

/** Stands for all changes of an episode; damping decides when. */
export interface RecordHealthFlapping {
  readonly type: 'record-health-flapping';
  readonly digest: string;
  readonly health: HealthNode;
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly changes: number;
  readonly settled: boolean;
}

export function recordHealthFlapping(command: RecordHealthFlapping, state: AgentState): AgentEvent[] {
  enrolled(state);
  const { type: _type, ...data } = command;
  return [{ type: 'AgentHealthFlapping', data }];
}
