import type { AgentEvent } from '@ampora/catalogue';
import { uidTaken } from './rejections.ts';
import type { AgentState } from './state.ts';

/** Given to the stream that the new uid would have had, so that a restarted process finds the agent by it. */
export interface AliasInstanceUid {
  readonly type: 'alias-instance-uid';
  readonly agentId: string;
  readonly instanceUid: string;
}

export function aliasInstanceUid(command: AliasInstanceUid, state: AgentState): AgentEvent[] {
  const { agentId, instanceUid } = command;
  if (state.status === 'aliased' && state.agentId === agentId) return [];
  if (state.status !== 'unknown') throw uidTaken(instanceUid);
  return [{ type: 'AgentAliased', data: { agentId, instanceUid } }];
}
