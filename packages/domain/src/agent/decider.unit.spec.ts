import type { AgentEvent } from '@ampora/catalogue';
import { specifyDecider } from '@ampora/testkit';
import { agentDecider, type AgentCommand } from './decider.ts';

const agentId = '11111111-1111-8111-8111-111111111111';
const instanceUid = '0190a1b2-c3d4-7000-8000-000000000001';
const otherUid = '0190a1b2-c3d4-7000-8000-000000000002';
const connectionId = '22222222-2222-4222-8222-222222222222';
const laterConnectionId = '33333333-3333-4333-8333-333333333333';
const hash = 'ab'.repeat(32);
const older = 'cd'.repeat(32);

const enrolled: AgentEvent = {
  type: 'AgentEnrolled',
  data: { agentId, instanceUid, enrolment: 'open', remoteAddress: '' },
};
const connection = {
  connectionId,
  transport: 'websocket',
  remoteAddress: '127.0.0.1',
  edgeInstance: 'edge',
} as const;
const connected: AgentEvent = { type: 'AgentConnected', data: connection };
const disconnected: AgentEvent = { type: 'AgentDisconnected', data: { connectionId, reason: 'closed' } };
const health = {
  healthy: true,
  status: '',
  lastError: '',
  startTimeUnixNano: '0',
  statusTimeUnixNano: '0',
  components: [],
};
const offered: AgentEvent = {
  type: 'AgentRemoteConfigOffered',
  data: { configHash: hash, configurationId: agentId, version: 1, connectionId },
};

describe('an agent', () => {
  const { given } = specifyDecider(agentDecider);
  const enrol: AgentCommand = {
    type: 'enrol-agent',
    agentId,
    instanceUid,
    enrolment: 'open',
    remoteAddress: '',
  };
  const connect: AgentCommand = { type: 'record-connection', ...connection };
  const disconnect: AgentCommand = { type: 'record-disconnection', connectionId, reason: 'closed' };

  describe('that is unknown', () => {
    it('is enrolled', () => given().when(enrol).then([enrolled]));
    it('has nothing to report', () => given().when(connect).thenRejected('agent/not-enrolled'));
  });

  describe('that is enrolled', () => {
    it('is not enrolled again', () => given(enrolled).when(enrol).thenRejected('agent/already-enrolled'));
    it('connects', () => given(enrolled).when(connect).then([connected]));
    it('connects by another connection, though nobody saw the first one end', () =>
      given(enrolled, connected)
        .when({ ...connect, connectionId: laterConnectionId })
        .then([{ type: 'AgentConnected', data: { ...connection, connectionId: laterConnectionId } }]));
    it('is not connected by one connection twice', () =>
      given(enrolled, connected).when(connect).thenNothing());
    it('disconnects', () => given(enrolled, connected).when(disconnect).then([disconnected]));
    it('is not disconnected by the end of a connection that was replaced', () =>
      given(enrolled, connected, {
        type: 'AgentConnected',
        data: { ...connection, connectionId: laterConnectionId },
      })
        .when(disconnect)
        .thenNothing());
    it('disconnects once', () => given(enrolled, connected, disconnected).when(disconnect).thenNothing());
  });

  describe('that reports', () => {
    it('capabilities once', () => {
      const report: AgentCommand = { type: 'record-capabilities', capabilities: '7' };
      const reported: AgentEvent = { type: 'AgentCapabilitiesReported', data: { capabilities: '7' } };
      given(enrolled).when(report).then([reported]);
      given(enrolled, reported).when(report).thenNothing();
    });
    it('health when its digest is another, and a flicker that led back to the same one', () => {
      const reported: AgentEvent = { type: 'AgentHealthReported', data: { digest: 'd', health, reports: 1 } };
      given(enrolled).when({ type: 'record-health', digest: 'd', health, reports: 1 }).then([reported]);
      given(enrolled, reported)
        .when({ type: 'record-health', digest: 'd', health, reports: 1 })
        .thenNothing();
      given(enrolled, reported)
        .when({ type: 'record-health', digest: 'd', health, reports: 2 })
        .then([{ type: 'AgentHealthReported', data: { digest: 'd', health, reports: 2 } }]);
    });
    it('no config status when it says that it has none', () =>
      given(enrolled)
        .when({ type: 'record-remote-config-status', configHash: '', status: 'unset', errorMessage: '' })
        .thenNothing());
    it('a failure again only when it means something else', () => {
      const failed = (errorMessage: string) => ({
        configHash: hash,
        status: 'failed' as const,
        errorMessage,
      });
      const known: AgentEvent = { type: 'AgentRemoteConfigStatusReported', data: failed('PID 1 died') };
      given(enrolled, known)
        .when({ type: 'record-remote-config-status', ...failed('PID 2 died') })
        .thenNothing();
      given(enrolled, known)
        .when({ type: 'record-remote-config-status', ...failed('no such port') })
        .then([{ type: 'AgentRemoteConfigStatusReported', data: failed('no such port') }]);
    });
    it('no packages when it has none and had none', () =>
      given(enrolled)
        .when({
          type: 'record-package-statuses',
          statuses: { digest: 'x', allPackagesHash: '', errorMessage: '', packages: [] },
        })
        .thenNothing());
    it('a components hash, and once more when its list is known', () => {
      const named: AgentEvent = {
        type: 'AgentAvailableComponentsReported',
        data: { componentsHash: 'aa', contentHash: null },
      };
      const listed: AgentEvent = {
        type: 'AgentAvailableComponentsReported',
        data: { componentsHash: 'aa', contentHash: hash },
      };
      given(enrolled)
        .when({ type: 'record-available-components', componentsHash: 'aa', contentHash: null })
        .then([named]);
      given(enrolled, named)
        .when({ type: 'record-available-components', componentsHash: 'aa', contentHash: hash })
        .then([listed]);
      given(enrolled, named, listed)
        .when({ type: 'record-available-components', componentsHash: 'aa', contentHash: null })
        .thenNothing();
    });
  });

  describe('and its offers', () => {
    it('are facts each time', () =>
      given(enrolled, offered)
        .when({
          type: 'record-remote-config-offer',
          configHash: hash,
          configurationId: agentId,
          version: 1,
          connectionId,
        })
        .then([offered]));
    it('of where to send own metrics are remembered, and so is their end', () => {
      const told = (endpoint: string): AgentEvent => ({
        type: 'AgentOwnMetricsOffered',
        data: { settingsHash: hash, endpoint, connectionId },
      });
      given(enrolled)
        .when({ type: 'record-own-metrics-offer', settingsHash: hash, endpoint: 'http://a/', connectionId })
        .then([told('http://a/')]);
      const hashAfter = (...events: AgentEvent[]) => {
        const state = [enrolled, ...events].reduce(agentDecider.evolve, agentDecider.initial);
        return state.status === 'enrolled' ? state.offeredOwnMetrics : undefined;
      };
      if (hashAfter(told('http://a/')) !== hash) throw new Error('The offer is forgotten');
      if (hashAfter(told('http://a/'), told('')) !== '') throw new Error('The end is forgotten');
    });
    it('remember that they were answered, whatever the agent did then', () => {
      const status = (configHash: string): AgentEvent => ({
        type: 'AgentRemoteConfigStatusReported',
        data: { configHash, status: 'applied', errorMessage: '' },
      });
      const state = [enrolled, offered, status(hash), status(older)].reduce(
        agentDecider.evolve,
        agentDecider.initial,
      );
      if (state.status !== 'enrolled' || !state.offerAnswered) throw new Error('The answer is forgotten');
    });
  });

  describe('and its uid', () => {
    it('is reassigned once', () => {
      const reassigned: AgentEvent = {
        type: 'AgentInstanceUidReassigned',
        data: { previousInstanceUid: instanceUid, instanceUid: otherUid, cause: 'requested' },
      };
      const reassign: AgentCommand = {
        type: 'reassign-instance-uid',
        instanceUid: otherUid,
        cause: 'requested',
      };
      given(enrolled).when(reassign).then([reassigned]);
      given(enrolled, reassigned).when(reassign).thenNothing();
    });
    it('stands in the stream it would have had, which then belongs to nobody else', () => {
      const aliased: AgentEvent = { type: 'AgentAliased', data: { agentId, instanceUid: otherUid } };
      given().when({ type: 'alias-instance-uid', agentId, instanceUid: otherUid }).then([aliased]);
      given(aliased).when({ type: 'alias-instance-uid', agentId, instanceUid: otherUid }).thenNothing();
      given(aliased).when(enrol).thenRejected('agent/uid-taken');
      given(enrolled)
        .when({ type: 'alias-instance-uid', agentId, instanceUid })
        .thenRejected('agent/uid-taken');
    });
  });
});
