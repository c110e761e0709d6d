import type { AgentPage } from '../fleet/get-agent.ts';

interface AgentField {
  readonly read: (agent: AgentPage) => unknown;
  /** Under which name the fleet remembers who set it; its own by default. */
  readonly setAs?: string;
}

const plain = <Key extends keyof AgentPage>(key: Key, setAs?: string): AgentField => ({
  read: (agent) => agent[key],
  ...(setAs === undefined ? {} : { setAs }),
});

/** What an agent's page and the fleet's list show, and the log can explain: presence is not in the log. */
export const agentFields: Readonly<Record<string, AgentField>> = {
  instanceUid: plain('instanceUid'),
  displayName: plain('displayName'),
  agentType: plain('agentType'),
  agentVersion: plain('agentVersion'),
  hostName: plain('hostName'),
  osType: plain('osType'),
  connected: plain('connected'),
  transport: plain('transport'),
  connection: plain('connection'),
  healthy: plain('healthy'),
  healthStatus: plain('healthStatus'),
  lastError: plain('lastError'),
  health: plain('health'),
  flapping: plain('flapping'),
  driftState: plain('driftState'),
  drift: plain('drift'),
  assigned: plain('assigned'),
  assignedHash: plain('assignedHash'),
  assignedBy: plain('assignedBy'),
  groupId: plain('groupId'),
  labels: plain('labels'),
  effectiveHash: plain('effectiveHash'),
  effectiveFiles: plain('effectiveFiles'),
  remoteConfigStatus: plain('remoteConfigStatus'),
  remoteConfig: plain('remoteConfig'),
  lastOffer: plain('lastOffer'),
  enrolledAt: plain('enrolledAt'),
  identifying: plain('identifying'),
  nonIdentifying: plain('nonIdentifying'),
  capabilities: plain('capabilities'),
  customCapabilities: plain('customCapabilities'),
  componentsHash: plain('componentsHash'),
  componentsKnown: plain('componentsKnown', 'componentsHash'),
  packages: plain('packages'),
  stateSince: plain('stateSince', ''),
};

/** What the drift page shows of an agent. */
export const driftFields: Readonly<Record<string, AgentField>> = {
  state: { read: ({ drift }) => drift.state, setAs: 'driftState' },
  explanation: { read: ({ drift }) => drift.explanation, setAs: 'drift' },
  since: { read: ({ drift }) => drift.since, setAs: 'drift' },
  differences: { read: ({ drift }) => drift.differences, setAs: 'drift' },
  unknowns: { read: ({ drift }) => drift.unknowns, setAs: 'drift' },
  assigned: plain('assigned'),
  healthy: plain('healthy'),
  connected: plain('connected'),
  remoteConfigStatus: plain('remoteConfigStatus'),
  errorMessage: { read: ({ remoteConfig }) => remoteConfig.errorMessage, setAs: 'remoteConfig' },
};
