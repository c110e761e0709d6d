import type { AgentEvent } from '@ampora/catalogue';
import { enrolled } from './rejections.ts';
import { type AgentState, isConnected } from './state.ts';

export interface RecordDisconnection {
  readonly type: 'record-disconnection';
  readonly connectionId: string;
  readonly reason: 'goodbye' | 'closed' | 'silent' | 'shutdown' | 'refused';
}

/** The end of a connection that another has replaced says nothing about the agent. */
export function recordDisconnection(command: RecordDisconnection, state: AgentState): AgentEvent[] {
  const agent = enrolled(state);
  if (!isConnected(agent) || agent.connectionId !== command.connectionId) return [];
  const { connectionId, reason } = command;
  return [{ type: 'AgentDisconnected', data: { connectionId, reason } }];
}
