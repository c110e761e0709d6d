import { Rejection } from '@ampora/kernel';
import type { AgentState, EnrolledAgent } from './state.ts';

export type AgentRejectionCode = 'agent/already-enrolled' | 'agent/not-enrolled' | 'agent/uid-taken';

export type AgentRejection = Rejection<AgentRejectionCode>;

export const alreadyEnrolled = (agentId: string) =>
  new Rejection<AgentRejectionCode>('agent/already-enrolled', `Agent ${agentId} is enrolled already.`, {
    agentId,
  });

export const uidTaken = (instanceUid: string) =>
  new Rejection<AgentRejectionCode>(
    'agent/uid-taken',
    `Instance uid ${instanceUid} belongs to another agent. Make a new one.`,
    { instanceUid },
  );

export const notEnrolled = () =>
  new Rejection<AgentRejectionCode>(
    'agent/not-enrolled',
    'This agent was never enrolled: it has nothing to report on.',
  );

/** Everything but enrolment is about an agent that is there. */
export function enrolled(state: AgentState): EnrolledAgent {
  if (state.status !== 'enrolled') throw notEnrolled();
  return state;
}
