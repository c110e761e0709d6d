import type { Rows } from '../engine/projection.ts';
import type { AgentEdit } from './agent-edit.ts';
import type { AgentMemo, AssignedScope, AssignedVersion } from './agent-row.ts';
import { takesRemoteConfig } from './judge-drift.ts';

export const fleetTable = 'fleet_assignment';

export function toAssigned(data: AssignedVersion): AssignedVersion {
  const { configurationId, version, contentHash, configHash } = data;
  return { configurationId, version, contentHash, configHash };
}

interface Wanted {
  readonly wanted: AssignedVersion | null;
  readonly scope: AssignedScope | null;
}

/**
 * Its own assignment, else its group's, else the fleet's. What is meant for many does not count for an agent that can
 * only be watched.
 */
function wantedBy(memo: Readonly<AgentMemo>, fleet: AssignedVersion | null): Wanted {
  if (memo.own) return { wanted: memo.own, scope: 'agent' };
  if (!takesRemoteConfig(memo.capabilities)) return { wanted: null, scope: null };
  if (memo.group) return { wanted: memo.group, scope: 'group' };
  return { wanted: fleet, scope: fleet ? 'fleet' : null };
}

function fleetWanted(rows: Rows, tenant: string): AssignedVersion | null {
  return (rows.get(fleetTable, tenant)?.['wanted'] as AssignedVersion | null | undefined) ?? null;
}

/** Sets what the agent should run now; `rows` must have the fleet's assignment. */
export function renewWanted(agent: AgentEdit, rows: Rows): AgentEdit {
  return withWanted(agent, wantedBy(agent.memo, fleetWanted(rows, agent.row.tenant)));
}

/** The same where only a change of scope or version is worth a new state of the assignment. */
export function settleWanted(agent: AgentEdit, rows: Rows): AgentEdit {
  const next = wantedBy(agent.memo, fleetWanted(rows, agent.row.tenant));
  const { wanted, scope } = next;
  const { row, memo } = agent;
  const isSame =
    row.assigned_scope === scope &&
    memo.wanted?.configurationId === wanted?.configurationId &&
    memo.wanted?.version === wanted?.version;
  return isSame ? agent : withWanted(agent, next);
}

function withWanted(agent: AgentEdit, { wanted, scope }: Wanted): AgentEdit {
  return agent
    .remember({ wanted })
    .set({
      assigned_configuration_id: wanted?.configurationId ?? null,
      assigned_version: wanted?.version ?? null,
      assigned_scope: scope,
      assigned_hash: wanted?.configHash ?? null,
    })
    .facet('assignment', { wanted, scope });
}
