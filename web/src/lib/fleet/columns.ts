import type { AgentSortKey } from '@ampora/api-contract';

/** The columns of the fleet, each with what it sorts by. */
export const columns: readonly { word: string; key: AgentSortKey; area: string }[] = [
  { word: 'Agent', key: 'displayName', area: 'name' },
  { word: 'Type', key: 'agentType', area: 'type' },
  { word: 'Connection', key: 'connected', area: 'connection' },
  { word: 'Health', key: 'healthy', area: 'health' },
  { word: 'Drift', key: 'driftState', area: 'drift' },
  { word: 'Configuration', key: 'remoteConfigStatus', area: 'config' },
  { word: 'Last seen', key: 'lastSeenAt', area: 'seen' },
];
