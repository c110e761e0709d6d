import type { ReportedStatus } from '@ampora/catalogue';
import { tableNameOf, historyNameOf } from '../engine/projection.ts';

export const fleetVersion = 4;
export const agentTable = tableNameOf('agent', fleetVersion);
export const agentHistoryTable = historyNameOf('agent', fleetVersion);
export const agentSearchTable = tableNameOf('agent_search', fleetVersion);
export const agentFacetTable = tableNameOf('agent_facet', fleetVersion);
export const agentLabelsTable = tableNameOf('agent_labels', fleetVersion);
export const agentLabelsHistoryTable = historyNameOf('agent_labels', fleetVersion);
export const agentLeavingTable = tableNameOf('agent_leaving', fleetVersion);

/** How what an agent runs stands to what it should run. */
export type DriftState =
  'in-sync' | 'pending' | 'rejected' | 'changed' | 'unhealthy' | 'unassigned' | 'unknown';
export const driftStates: readonly DriftState[] = [
  'in-sync',
  'pending',
  'rejected',
  'changed',
  'unhealthy',
  'unassigned',
  'unknown',
];

/** Whose assignment it is that an agent should run. */
export type AssignedScope = 'agent' | 'group' | 'fleet';

/** A published version as it was assigned. */
export interface AssignedVersion {
  readonly configurationId: string;
  readonly version: number;
  readonly contentHash: string;
  readonly configHash: string;
}

export interface NamedContent {
  readonly name: string;
  readonly contentHash: string;
}

/** What the fold needs of an agent beside its row; not part of the history. */
export interface AgentMemo {
  /** Decimal text of the bit mask; null until reported. */
  readonly capabilities: string | null;
  /** The agent's own assignment; null when its group's or the fleet's applies. */
  readonly own: AssignedVersion | null;
  /** What its group has its members run; null when the fleet's applies. */
  readonly group: AssignedVersion | null;
  readonly wanted: AssignedVersion | null;
  readonly statusHash: string;
  readonly statusError: string;
  /** null until an effective configuration was reported. */
  readonly files: readonly NamedContent[] | null;
  readonly healthFlapping: boolean;
  readonly connectionFlapping: boolean;
  readonly driftKey: string;
  /** Field as readers know it → position of the event that set its value. */
  readonly why: Readonly<Record<string, string>>;
}

/** One agent as it is in memory: the columns of the `agent` table. */
export interface FoldedAgent {
  readonly [column: string]: unknown;
  readonly agent_id: string;
  readonly tenant: string;
  readonly instance_uid: string;
  readonly display_name: string;
  readonly agent_type: string;
  readonly agent_version: string;
  readonly host_name: string;
  readonly os_type: string;
  /** The living group that it is in. */
  readonly group_id: string | null;
  readonly connected: boolean;
  readonly transport: 'websocket' | 'http' | null;
  readonly healthy: boolean | null;
  readonly health_status: string;
  readonly last_error: string;
  readonly flapping: boolean;
  readonly drift_state: DriftState;
  readonly assigned_configuration_id: string | null;
  readonly assigned_version: number | null;
  readonly assigned_scope: AssignedScope | null;
  readonly assigned_hash: string | null;
  readonly effective_hash: string | null;
  readonly remote_config_status: ReportedStatus;
  readonly enrolled_at: number;
  readonly search_text: string;
  readonly memo: AgentMemo;
}

/** Parts of an agent that its page shows and the fleet's list does not. Each is kept as a run of states of its own. */
export type AgentFacet =
  | 'identity'
  | 'description'
  | 'capabilities'
  | 'custom-capabilities'
  | 'connection'
  | 'health'
  | 'effective'
  | 'status'
  | 'offer'
  | 'assignment'
  | 'group'
  | 'labels'
  | 'drift'
  | 'packages'
  | 'components'
  | 'connection-settings';
export const agentFacets: readonly AgentFacet[] = [
  'identity',
  'description',
  'capabilities',
  'custom-capabilities',
  'connection',
  'health',
  'effective',
  'status',
  'offer',
  'assignment',
  'group',
  'labels',
  'drift',
  'packages',
  'components',
  'connection-settings',
];
