import { streamPrefix } from '@ampora/catalogue';
import type { Projection, Stamped } from '../engine/projection.ts';
import { describedAs } from '../fleet/display-name.ts';
import { descriptionsVersion } from './description-row.ts';

const description = 'agent_description';

function agentIdOf({ streamId }: Stamped): string {
  return streamId.slice(streamPrefix.agent.length);
}

const orders = ['display_name', 'agent_type', 'agent_version', 'host_name', 'enrolled_at'].map((column) => ({
  name: column,
  on: `tenant, ${column}, agent_id`,
}));

/**
 * What agents are, apart from how they are: it hardly ever changes, so that the orders of a past fleet page can be kept
 * for all of history. The fleet's own history has a row for every turn of health.
 */
export const agentDescriptionsProjection: Projection = {
  name: 'agent-descriptions',
  version: descriptionsVersion,
  tables: [
    {
      name: description,
      kind: 'temporal',
      columns: {
        agent_id: 'uuid',
        tenant: 'text',
        display_name: 'text',
        agent_type: 'text',
        agent_version: 'text',
        host_name: 'text',
        os_type: 'text',
        enrolled_at: 'timestamptz',
        /** For naming those that give themselves no name. */
        instance_uid: { type: 'uuid', currentOnly: true },
      },
      primaryKey: ['agent_id'],
      indexes: orders,
      historyIndexes: orders,
    },
  ],
  keysOf: (event) => [{ table: description, key: [agentIdOf(event)] }],
  on: {
    AgentEnrolled(event, rows) {
      const agentId = agentIdOf(event);
      if (rows.get(description, agentId)) return;
      const { instanceUid } = event.data;
      rows.put(description, {
        agent_id: agentId,
        tenant: event.metadata.tenant,
        ...describedAs([], [], instanceUid),
        // Until it has told, it has a name of ours and nothing else.
        agent_type: '',
        enrolled_at: event.atMs,
        instance_uid: instanceUid,
      });
    },
    AgentInstanceUidReassigned(event, rows) {
      const row = rows.get(description, agentIdOf(event));
      if (row) rows.put(description, { ...row, instance_uid: event.data.instanceUid });
    },
    AgentDescriptionReported(event, rows) {
      const row = rows.get(description, agentIdOf(event));
      if (!row) return;
      const { identifying, nonIdentifying } = event.data;
      rows.put(description, {
        ...row,
        ...describedAs(identifying, nonIdentifying, String(row['instance_uid'])),
      });
    },
  },
};
