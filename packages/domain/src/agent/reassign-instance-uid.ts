import type { AgentEvent } from '@ampora/catalogue';
import { enrolled } from './rejections.ts';
import type { AgentState } from './state.ts';

/** The new uid's own stream is given to this agent first: see AliasInstanceUid. */
export interface ReassignInstanceUid {
  readonly type: 'reassign-instance-uid';
  readonly instanceUid: string;
  readonly cause: 'requested' | 'collision';
}

export function reassignInstanceUid(command: ReassignInstanceUid, state: AgentState): AgentEvent[] {
  const { instanceUid, cause } = command;
  const { instanceUid: previousInstanceUid } = enrolled(state);
  if (previousInstanceUid === instanceUid) return [];
  return [{ type: 'AgentInstanceUidReassigned', data: { previousInstanceUid, instanceUid, cause } }];
}
