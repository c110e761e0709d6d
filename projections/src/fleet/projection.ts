import type { HealthNode } from '@ampora/catalogue';
import { streamPrefix } from '@ampora/catalogue';
import type { Projection, Row, RowKey, Rows, Stamped } from '../engine/projection.ts';
import { AgentEdit, clip, clipError } from './agent-edit.ts';
import { changeOwnLabels, describeLabels, labelsKey, labelsTableDefinition } from './agent-labels.ts';
import { type AgentMemo, fleetVersion, type FoldedAgent } from './agent-row.ts';
import { describedAs, displayNameOf } from './display-name.ts';
import {
  membershipHandlers,
  membershipKeysOf,
  membershipSpread,
  membershipTables,
} from './group-membership.ts';
import { takesRemoteConfig } from './judge-drift.ts';
import { fleetTable, renewWanted, settleWanted, toAssigned } from './wanted.ts';

const emptyMemo: AgentMemo = {
  capabilities: null,
  own: null,
  group: null,
  wanted: null,
  statusHash: '',
  statusError: '',
  files: null,
  healthFlapping: false,
  connectionFlapping: false,
  driftKey: '',
  why: {},
};

function agentIdOf(event: Stamped): string {
  const { data } = event;
  if (event.type === 'AgentEnrolled' || !('agentId' in data))
    return event.streamId.slice(streamPrefix.agent.length);
  return data.agentId;
}

function edit(event: Stamped, rows: Rows, change: (agent: AgentEdit) => AgentEdit): void {
  const row = rows.get('agent', agentIdOf(event)) as FoldedAgent | undefined;
  // An agent that was never enrolled is none of the fleet: its facts stay in the log.
  if (row) change(new AgentEdit(row, event, rows)).done();
}

function withHealth(agent: AgentEdit, health: HealthNode, healthFlapping: boolean): AgentEdit {
  return agent
    .remember({ healthFlapping })
    .set({
      healthy: health.healthy,
      health_status: clip(health.status),
      last_error: clipError(health.lastError),
      flapping: healthFlapping || agent.memo.connectionFlapping,
    })
    .facet('health', { health });
}

/** The fleet as it is and as it was: a row per agent for lists, and each agent's facets for its page. */
export const fleetProjection: Projection = {
  name: 'fleet',
  version: fleetVersion,
  tables: [
    {
      name: 'agent',
      kind: 'temporal',
      columns: {
        agent_id: 'uuid',
        tenant: 'text',
        instance_uid: 'uuid',
        display_name: 'text',
        agent_type: 'text',
        agent_version: 'text',
        host_name: 'text',
        os_type: 'text',
        group_id: { type: 'uuid', nullable: true },
        connected: 'boolean',
        transport: { type: 'text', nullable: true },
        healthy: { type: 'boolean', nullable: true },
        health_status: 'text',
        last_error: 'text',
        flapping: 'boolean',
        drift_state: 'text',
        assigned_configuration_id: { type: 'uuid', nullable: true },
        assigned_version: { type: 'integer', nullable: true },
        assigned_scope: { type: 'text', nullable: true },
        assigned_hash: { type: 'text', nullable: true },
        effective_hash: { type: 'text', nullable: true },
        remote_config_status: 'text',
        enrolled_at: 'timestamptz',
        search_text: { type: 'text', currentOnly: true },
        memo: { type: 'json', currentOnly: true },
      },
      primaryKey: ['agent_id'],
      indexes: [
        ...[
          'display_name',
          'agent_type',
          'agent_version',
          'host_name',
          'connected',
          'drift_state',
          'remote_config_status',
          'enrolled_at',
          'from_position',
        ].map((column) => ({ name: column, on: `tenant, ${column}, agent_id` })),
        { name: 'healthy', on: 'tenant, (coalesce(healthy::int, -1)), agent_id' },
        { name: 'os_type', on: 'tenant, os_type' },
        {
          // Members by their group, and how they are: counted without looking at the agents.
          name: 'group_id',
          on: 'group_id, agent_id, connected, healthy, drift_state',
          where: 'group_id is not null',
          fromTheStart: true,
        },
        { name: 'no_group', on: 'tenant, display_name, agent_id', where: 'group_id is null' },
        { name: 'flapping', on: 'tenant, display_name, agent_id', where: 'flapping' },
        {
          name: 'assigned',
          on: 'assigned_configuration_id, assigned_version',
          where: 'assigned_configuration_id is not null',
        },
      ],
      historyIndexes: [{ name: 'moment', using: 'gist', on: 'int8range(from_position, to_position)' }],
    },
    {
      // Apart from the agent: its index costs more than all others together, and what it holds hardly ever changes.
      name: 'agent_search',
      kind: 'keyed',
      columns: { agent_id: 'uuid', search_text: 'text' },
      primaryKey: ['agent_id'],
      indexes: [{ name: 'text', using: 'gin', on: 'search_text gin_trgm_ops', extension: 'pg_trgm' }],
    },
    {
      name: 'agent_facet',
      kind: 'append',
      columns: {
        agent_id: 'uuid',
        facet: 'text',
        from_position: 'bigint',
        at: 'timestamptz',
        value: 'json',
      },
      primaryKey: ['agent_id', 'facet', 'from_position'],
    },
    labelsTableDefinition,
    ...membershipTables,
    {
      name: fleetTable,
      kind: 'keyed',
      columns: { tenant: 'text', wanted: { type: 'json', nullable: true } },
      primaryKey: ['tenant'],
    },
  ],

  keysOf(event): readonly RowKey[] {
    const fleet = { table: fleetTable, key: [event.metadata.tenant] };
    const ofMembership = membershipKeysOf(event);
    if (ofMembership) return ofMembership;
    switch (event.type) {
      case 'FleetConfigurationAssigned':
      case 'FleetConfigurationUnassigned':
        return [fleet];
      case 'AgentEnrolled':
      case 'AgentCapabilitiesReported':
      case 'AgentConfigurationAssigned':
      case 'AgentConfigurationUnassigned':
        return [{ table: 'agent', key: [agentIdOf(event)] }, fleet];
      case 'AgentDescriptionReported':
      case 'AgentLabelsChanged':
        return [{ table: 'agent', key: [agentIdOf(event)] }, labelsKey(agentIdOf(event))];
      default:
        return [{ table: 'agent', key: [agentIdOf(event)] }];
    }
  },

  on: {
    AgentEnrolled(event, rows) {
      const agentId = agentIdOf(event);
      // Once in the fleet, an agent is not enrolled again: its history goes on.
      if (rows.get('agent', agentId)) return;
      const { tenant } = event.metadata;
      const { instanceUid, enrolment, remoteAddress } = event.data;
      const row: FoldedAgent = {
        agent_id: agentId,
        tenant,
        instance_uid: instanceUid,
        display_name: displayNameOf([], [], instanceUid),
        agent_type: '',
        agent_version: '',
        host_name: '',
        os_type: '',
        group_id: null,
        connected: false,
        transport: null,
        healthy: null,
        health_status: '',
        last_error: '',
        flapping: false,
        drift_state: 'unassigned',
        assigned_configuration_id: null,
        assigned_version: null,
        assigned_scope: null,
        assigned_hash: null,
        effective_hash: null,
        remote_config_status: 'unset',
        enrolled_at: event.atMs,
        search_text: '',
        memo: { ...emptyMemo, why: { instanceUid: String(event.position) } },
      };
      const agent = new AgentEdit(row, event, rows).facet('identity', {
        instanceUid,
        enrolment,
        remoteAddress,
      });
      settleWanted(agent, rows).done();
    },

    AgentInstanceUidReassigned(event, rows) {
      const { instanceUid, previousInstanceUid, cause } = event.data;
      edit(event, rows, (agent) =>
        agent
          .set({ instance_uid: instanceUid })
          .facet('identity', { instanceUid, previousInstanceUid, cause }),
      );
    },

    AgentConnected(event, rows) {
      const { transport, remoteAddress, edgeInstance, connectionId } = event.data;
      edit(event, rows, (agent) =>
        agent
          .remember({ connectionFlapping: false })
          .set({ connected: true, transport, flapping: agent.memo.healthFlapping })
          .facet('connection', {
            connected: true,
            transport,
            remoteAddress,
            edgeInstance,
            connectionId,
            sinceMs: event.atMs,
          }),
      );
    },

    AgentDisconnected(event, rows) {
      const { reason, connectionId } = event.data;
      edit(event, rows, (agent) =>
        agent
          .set({ connected: false })
          .facet('connection', { connected: false, reason, connectionId, sinceMs: event.atMs }),
      );
    },

    AgentConnectionFlapping(event, rows) {
      const { connected, settled, sinceMs, changes, connectionId } = event.data;
      edit(event, rows, (agent) =>
        agent
          .remember({ connectionFlapping: !settled })
          .set({ connected, flapping: !settled || agent.memo.healthFlapping })
          .facet('connection', {
            connected,
            transport: agent.row.transport,
            connectionId,
            flappingSinceMs: settled ? null : sinceMs,
            changes,
            sinceMs: event.atMs,
          }),
      );
    },

    AgentCapabilitiesReported(event, rows) {
      const { capabilities } = event.data;
      edit(event, rows, (agent) => {
        agent.remember({ capabilities }).facet('capabilities', { capabilities });
        return settleWanted(agent, rows);
      });
    },

    AgentCustomCapabilitiesReported(event, rows) {
      edit(event, rows, (agent) =>
        agent.facet('custom-capabilities', { capabilities: event.data.capabilities }),
      );
    },

    AgentDescriptionReported(event, rows) {
      const { identifying, nonIdentifying } = event.data;
      edit(event, rows, (agent) => {
        describeLabels(rows, agent.row, event.data);
        return agent
          .set(describedAs(identifying, nonIdentifying, agent.row.instance_uid))
          .facet('description', { identifying, nonIdentifying });
      });
    },

    AgentHealthReported(event, rows) {
      edit(event, rows, (agent) => withHealth(agent, event.data.health, false));
    },

    AgentHealthFlapping(event, rows) {
      edit(event, rows, (agent) => withHealth(agent, event.data.health, !event.data.settled));
    },

    AgentEffectiveConfigReported(event, rows) {
      const { files, digest } = event.data;
      edit(event, rows, (agent) =>
        agent
          .remember({ files: files.map(({ name, contentHash }) => ({ name, contentHash })) })
          .set({ effective_hash: files.length === 1 ? (files[0]?.contentHash ?? null) : clip(digest) })
          .facet('effective', { files }),
      );
    },

    AgentRemoteConfigOffered(event, rows) {
      const { configHash, configurationId, version } = event.data;
      edit(event, rows, (agent) =>
        agent.facet('offer', {
          configHash,
          configurationId,
          version,
          atMs: event.atMs,
          position: String(event.position),
        }),
      );
    },

    AgentRemoteConfigStatusReported(event, rows) {
      const { configHash, status, errorMessage } = event.data;
      edit(event, rows, (agent) =>
        agent
          .remember({ statusHash: configHash, statusError: clipError(errorMessage) })
          .set({ remote_config_status: status })
          .facet('status', { configHash, status, errorMessage }),
      );
    },

    AgentPackageStatusesReported(event, rows) {
      const { packages, errorMessage } = event.data;
      edit(event, rows, (agent) => agent.facet('packages', { packages, errorMessage }));
    },

    AgentAvailableComponentsReported(event, rows) {
      const { componentsHash, contentHash } = event.data;
      edit(event, rows, (agent) => agent.facet('components', { componentsHash, contentHash }));
    },

    AgentConnectionSettingsStatusReported(event, rows) {
      const { settingsHash, status, errorMessage } = event.data;
      edit(event, rows, (agent) =>
        agent.facet('connection-settings', { settingsHash, status, errorMessage }),
      );
    },

    AgentConfigurationAssigned(event, rows) {
      const own = toAssigned(event.data);
      edit(event, rows, (agent) => renewWanted(agent.remember({ own }), rows));
    },

    AgentConfigurationUnassigned(event, rows) {
      edit(event, rows, (agent) => renewWanted(agent.remember({ own: null }), rows));
    },

    AgentLabelsChanged(event, rows) {
      edit(event, rows, (agent) =>
        agent.facet('labels', { own: changeOwnLabels(rows, agent.row, event.data) }),
      );
    },

    ...membershipHandlers,

    FleetConfigurationAssigned(event, rows) {
      rows.put('fleet_assignment', { tenant: event.metadata.tenant, wanted: toAssigned(event.data) });
    },

    FleetConfigurationUnassigned(event, rows) {
      rows.put('fleet_assignment', { tenant: event.metadata.tenant, wanted: null });
    },
  },

  spread: {
    ...membershipSpread,
    FleetConfigurationAssigned: {
      table: 'agent',
      column: 'tenant',
      valueOf: (event) => event.metadata.tenant,
      applyTo: applyFleetWanted,
    },
    FleetConfigurationUnassigned: {
      table: 'agent',
      column: 'tenant',
      valueOf: (event) => event.metadata.tenant,
      applyTo: applyFleetWanted,
    },
  },
};

function applyFleetWanted(event: Stamped, row: Row, rows: Rows): void {
  const agent = new AgentEdit(row as FoldedAgent, event, rows);
  const { own, group, capabilities } = agent.memo;
  if (own || group || !takesRemoteConfig(capabilities)) return;
  renewWanted(agent, rows).done();
}
