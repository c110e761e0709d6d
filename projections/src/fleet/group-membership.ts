import type {
  Handlers,
  Row,
  RowKey,
  Rows,
  SpreadHandlers,
  Stamped,
  TableDefinition,
} from '../engine/projection.ts';
import { AgentEdit } from './agent-edit.ts';
import type { AssignedVersion, FoldedAgent } from './agent-row.ts';
import { fleetTable, renewWanted, settleWanted, toAssigned } from './wanted.ts';

const groupTable = 'fleet_group';
const leavingTable = 'agent_leaving';

/** A group as far as its members go. */
interface FoldedGroup {
  readonly lives: boolean;
  readonly auto_apply: boolean;
  readonly assigned: AssignedVersion | null;
}

export const membershipTables: readonly TableDefinition[] = [
  {
    name: groupTable,
    kind: 'keyed',
    columns: {
      group_id: 'uuid',
      tenant: 'text',
      lives: 'boolean',
      auto_apply: 'boolean',
      assigned: { type: 'json', nullable: true },
    },
    primaryKey: ['group_id'],
  },
  {
    // Agents whose group is gone, and of whom the log does not say yet that they have left it.
    name: leavingTable,
    kind: 'keyed',
    columns: { agent_id: 'uuid', group_id: 'uuid', tenant: 'text' },
    primaryKey: ['agent_id'],
    indexes: [{ name: 'group', on: 'tenant, group_id, agent_id' }],
  },
];

type GroupFact = Extract<Stamped, { readonly data: { readonly groupId: string } }>;

/** The rows that a step about groups and their members reads; `undefined` for other events. */
export function membershipKeysOf(event: Stamped): readonly RowKey[] | undefined {
  switch (event.type) {
    case 'AgentJoinedGroup':
    case 'AgentLeftGroup': {
      const { agentId, groupId } = event.data;
      return [
        { table: 'agent', key: [agentId] },
        { table: leavingTable, key: [agentId] },
        ...keysOfGroup(event, groupId),
      ];
    }
    case 'GroupCreated':
    case 'GroupDetailsChanged':
    case 'GroupConfigurationAssigned':
    case 'GroupConfigurationUnassigned':
    case 'GroupDeleted':
    case 'GroupRestored':
      return keysOfGroup(event, event.data.groupId);
    default:
      return undefined;
  }
}

function keysOfGroup({ metadata }: Stamped, groupId: string): readonly RowKey[] {
  return [
    { table: groupTable, key: [groupId] },
    { table: fleetTable, key: [metadata.tenant] },
  ];
}

function groupOf(rows: Rows, groupId: string): FoldedGroup | undefined {
  return rows.get(groupTable, groupId) as FoldedGroup | undefined;
}

function changeGroup(event: GroupFact, rows: Rows, change: Partial<FoldedGroup>): void {
  const { groupId: group_id } = event.data;
  const { tenant } = event.metadata;
  const before = groupOf(rows, group_id) ?? { lives: false, auto_apply: true, assigned: null };
  rows.put(groupTable, { ...before, group_id, tenant, ...change });
}

/** What a group has its members run. */
function wantedOfGroup(group: FoldedGroup | undefined): AssignedVersion | null {
  return group?.lives && group.auto_apply ? group.assigned : null;
}

function sameVersion(left: AssignedVersion | null, right: AssignedVersion | null): boolean {
  return left?.configurationId === right?.configurationId && left?.version === right?.version;
}

export const membershipHandlers: Handlers = {
  GroupCreated: (event, rows) => {
    changeGroup(event, rows, { lives: true, auto_apply: event.data.autoApply, assigned: null });
  },
  GroupDetailsChanged: (event, rows) => {
    changeGroup(event, rows, { auto_apply: event.data.autoApply });
  },
  GroupConfigurationAssigned: (event, rows) => {
    changeGroup(event, rows, { assigned: toAssigned(event.data) });
  },
  GroupConfigurationUnassigned: (event, rows) => {
    changeGroup(event, rows, { assigned: null });
  },
  GroupDeleted: (event, rows) => {
    changeGroup(event, rows, { lives: false });
  },
  GroupRestored: (event, rows) => {
    changeGroup(event, rows, { lives: true });
  },

  AgentJoinedGroup(event, rows) {
    const { agentId, groupId, reason } = event.data;
    const row = rows.get('agent', agentId) as FoldedAgent | undefined;
    if (!row) return;
    const group = groupOf(rows, groupId);
    const agent = new AgentEdit(row, event, rows);
    // A group that is gone takes nobody in: whoever was put there is in no group, and is to leave (adr/0024).
    if (!group?.lives) {
      rows.put(leavingTable, { agent_id: agentId, group_id: groupId, tenant: row.tenant });
      leave(agent, rows, reason).done();
      return;
    }
    rows.remove(leavingTable, agentId);
    agent
      .remember({ group: wantedOfGroup(group) })
      .set({ group_id: groupId })
      .facet('group', { groupId, reason });
    settleWanted(agent, rows).done();
  },

  AgentLeftGroup(event, rows) {
    const { agentId, groupId, reason } = event.data;
    if (rows.get(leavingTable, agentId)?.['group_id'] === groupId) rows.remove(leavingTable, agentId);
    const row = rows.get('agent', agentId) as FoldedAgent | undefined;
    if (row?.group_id === groupId) leave(new AgentEdit(row, event, rows), rows, reason).done();
  },
};

function leave(agent: AgentEdit, rows: Rows, reason: string): AgentEdit {
  if (agent.row.group_id === null) return agent;
  agent.remember({ group: null }).set({ group_id: null }).facet('group', { groupId: null, reason });
  return settleWanted(agent, rows);
}

const ofMembers = {
  table: 'agent',
  column: 'group_id',
  valueOf: (event: GroupFact) => event.data.groupId,
} as const;

/** What a group has its members run is another: each of them is looked at, page by page. */
function renewMember(event: GroupFact, row: Row, rows: Rows): void {
  const agent = new AgentEdit(row as FoldedAgent, event, rows);
  const group = wantedOfGroup(groupOf(rows, event.data.groupId));
  if (sameVersion(group, agent.memo.group)) return;
  agent.remember({ group });
  (agent.memo.own ? agent : renewWanted(agent, rows)).done();
}

export const membershipSpread: SpreadHandlers = {
  GroupDetailsChanged: { ...ofMembers, applyTo: renewMember },
  GroupConfigurationAssigned: { ...ofMembers, applyTo: renewMember },
  GroupConfigurationUnassigned: { ...ofMembers, applyTo: renewMember },
  GroupDeleted: {
    ...ofMembers,
    applyTo(event, row, rows) {
      const { agent_id, tenant } = row as FoldedAgent;
      rows.put(leavingTable, { agent_id, group_id: event.data.groupId, tenant });
      leave(new AgentEdit(row as FoldedAgent, event, rows), rows, 'group-deleted').done();
    },
  },
};
