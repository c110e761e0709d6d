import type { AgentEvent } from '@ampora/catalogue';
import { enrolled } from './rejections.ts';
import { type AgentState, isConnected } from './state.ts';

export interface RecordConnection {
  readonly type: 'record-connection';
  readonly connectionId: string;
  readonly transport: 'websocket' | 'http';
  readonly remoteAddress: string;
  readonly edgeInstance: string;
}

/** Another connection than the last is a fact even when nobody saw the last one end. */
export function recordConnection(command: RecordConnection, state: AgentState): AgentEvent[] {
  const agent = enrolled(state);
  if (isConnected(agent) && agent.connectionId === command.connectionId) return [];
  const { connectionId, transport, remoteAddress, edgeInstance } = command;
  return [{ type: 'AgentConnected', data: { connectionId, transport, remoteAddress, edgeInstance } }];
}
