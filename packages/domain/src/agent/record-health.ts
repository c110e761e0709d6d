import type { AgentEvent, HealthNode } from '@ampora/catalogue';
import { enrolled } from './rejections.ts';
import type { AgentState } from './state.ts';

export interface RecordHealth {
  readonly type: 'record-health';
  readonly digest: string;
  readonly health: HealthNode;
  /** Changes that this one stands for. */
  readonly reports: number;
}

/** One change to the state that is known already is a repeat; several that lead back to it are a flicker, and a fact. */
export function recordHealth(command: RecordHealth, state: AgentState): AgentEvent[] {
  const { digest, health, reports } = command;
  if (enrolled(state).health.digest === digest && reports === 1) return [];
  return [{ type: 'AgentHealthReported', data: { digest, health, reports } }];
}
