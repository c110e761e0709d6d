import type { AgentEvent } from '@ampora/catalogue';
import { alreadyEnrolled, uidTaken } from './rejections.ts';
import type { AgentState } from './state.ts';

export interface EnrolAgent {
  readonly type: 'enrol-agent';
  readonly agentId: string;
  readonly instanceUid: string;
  readonly enrolment: 'open';
  readonly remoteAddress: string;
}

export function enrolAgent(command: EnrolAgent, state: AgentState): AgentEvent[] {
  if (state.status === 'enrolled') throw alreadyEnrolled(state.agentId);
  if (state.status === 'aliased') throw uidTaken(command.instanceUid);
  const { agentId, instanceUid, enrolment, remoteAddress } = command;
  return [{ type: 'AgentEnrolled', data: { agentId, instanceUid, enrolment, remoteAddress } }];
}
