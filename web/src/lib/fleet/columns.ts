import type { AgentSortKey } from '@ampora/api-contract';

/** The columns of the fleet, each with what it sorts by. */
export const columns: readonly {
  word: string;
  /** What the column sorts by; null where there is no order. */
  key: AgentSortKey | null;
  area: string;
}[] = [
  { word: 'Agent', key: 'displayName', area: 'name' },
  { word: 'Type', key: 'agentType', area: 'type' },
  { word: 'Group', key: null, area: 'group' },
  { word: 'Connection', key: 'connected', area: 'connection' },
  { word: 'Health', key: 'healthy', area: 'health' },
  { word: 'Drift', key: 'driftState', area: 'drift' },
  { word: 'Configuration', key: 'remoteConfigStatus', area: 'config' },
  { word: 'Last seen', key: 'lastSeenAt', area: 'seen' },
];
