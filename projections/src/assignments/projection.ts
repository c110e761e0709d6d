import type { Projection, Stamped } from '../engine/projection.ts';
import { allAgents, assignmentsVersion, groupTarget } from './assignment-row.ts';

const assignment = 'assignment';

type Assigned = Extract<
  Stamped,
  {
    readonly type: 'AgentConfigurationAssigned' | 'FleetConfigurationAssigned' | 'GroupConfigurationAssigned';
  }
>;

function targetOf(event: Stamped): string {
  const { data } = event;
  if ('groupId' in data) return `${groupTarget}${String(data.groupId)}`;
  return 'agentId' in data ? String(data.agentId) : allAgents;
}

function rowOf(event: Assigned): Record<string, unknown> {
  return {
    tenant: event.metadata.tenant,
    target: targetOf(event),
    configuration_id: event.data.configurationId,
    version: event.data.version,
    config_hash: event.data.configHash,
    assigned_at: event.atMs,
    assigned_by: event.metadata.actor,
    assigned_position: event.position,
  };
}

/** Who was told to run what, as it is and as it was. */
export const assignmentsProjection: Projection = {
  name: 'assignments',
  version: assignmentsVersion,
  tables: [
    {
      name: assignment,
      kind: 'temporal',
      columns: {
        tenant: 'text',
        target: 'text',
        configuration_id: 'uuid',
        version: 'integer',
        config_hash: 'text',
        assigned_at: 'timestamptz',
        assigned_by: 'text',
        assigned_position: 'bigint',
      },
      primaryKey: ['tenant', 'target'],
      indexes: [
        { name: 'newest', on: 'tenant, assigned_position' },
        { name: 'configuration', on: 'configuration_id, assigned_position' },
      ],
      historyIndexes: [{ name: 'moment', using: 'gist', on: 'int8range(from_position, to_position)' }],
    },
  ],
  keysOf: (event) => [{ table: assignment, key: [event.metadata.tenant, targetOf(event)] }],
  on: {
    AgentConfigurationAssigned: (event, rows) => rows.put(assignment, rowOf(event)),
    FleetConfigurationAssigned: (event, rows) => rows.put(assignment, rowOf(event)),
    GroupConfigurationAssigned: (event, rows) => rows.put(assignment, rowOf(event)),
    GroupConfigurationUnassigned: (event, rows) =>
      rows.remove(assignment, event.metadata.tenant, targetOf(event)),
    AgentConfigurationUnassigned: (event, rows) =>
      rows.remove(assignment, event.metadata.tenant, targetOf(event)),
    FleetConfigurationUnassigned: (event, rows) =>
      rows.remove(assignment, event.metadata.tenant, targetOf(event)),
  },
};
