import type { AssignmentEvent } from '@ampora/catalogue';
import { specifyDecider } from '@ampora/testkit';
import { type AssignableVersion, assignmentDecider } from './assignment.ts';

const agentId = '0195d0a0-0000-7000-8000-0000000000aa';
const version = (number: number): AssignableVersion => ({
  configurationId: '0195d0a0-0000-7000-8000-000000000001',
  version: number,
  contentHash: String(number).repeat(64),
  configHash: String(number).repeat(64),
});
const toAgent = (number: number): AssignmentEvent => ({
  type: 'AgentConfigurationAssigned',
  data: { agentId, ...version(number) },
});
const toFleet = (number: number): AssignmentEvent => ({
  type: 'FleetConfigurationAssigned',
  data: version(number),
});
const { given } = specifyDecider(assignmentDecider);

describe('an assignment to one agent', () => {
  const target = { kind: 'agent', agentId } as const;
  it('is a fact of its own stream', () => {
    given()
      .when({ type: 'assign', target, assigned: version(1) })
      .then([toAgent(1)]);
  });
  it('replaces the one before', () => {
    given(toAgent(1))
      .when({ type: 'assign', target, assigned: version(2) })
      .then([toAgent(2)]);
  });
  it('is nothing new when it is so already', () => {
    given(toAgent(1))
      .when({ type: 'assign', target, assigned: version(1) })
      .thenNothing();
  });
  it('can be taken back, once', () => {
    given(toAgent(1))
      .when({ type: 'unassign', target })
      .then([{ type: 'AgentConfigurationUnassigned', data: { agentId } }]);
    given(toAgent(1), { type: 'AgentConfigurationUnassigned', data: { agentId } })
      .when({ type: 'unassign', target })
      .thenRejected('assignment/not-assigned');
  });
});

describe('an assignment to all agents', () => {
  const target = { kind: 'fleet' } as const;
  it('is one fact, however many agents there are', () => {
    given()
      .when({ type: 'assign', target, assigned: version(1) })
      .then([toFleet(1)]);
  });
  it('can be taken back', () => {
    given(toFleet(1))
      .when({ type: 'unassign', target })
      .then([{ type: 'FleetConfigurationUnassigned', data: {} }]);
  });
});
