import { mostExported } from '@ampora/api-contract';
import { csvCell } from '@ampora/event-export';
import type { AgentListRow, Queries } from '@ampora/projections/queries';
import { ApiError } from '../problem/api-error.ts';
import { momentOf, page } from '../reading/moment-of.ts';
import type { Handlers } from '../routing/handlers.ts';

const columns: readonly (readonly [name: string, valueOf: (row: AgentListRow) => string | null])[] = [
  ['id', ({ id }) => id],
  ['instance_uid', ({ instanceUid }) => instanceUid],
  ['display_name', ({ displayName }) => displayName],
  ['agent_type', ({ agentType }) => agentType],
  ['agent_version', ({ agentVersion }) => agentVersion],
  ['host_name', ({ hostName }) => hostName],
  ['os_type', ({ osType }) => osType],
  ['connected', ({ connected }) => String(connected)],
  ['healthy', ({ healthy }) => (healthy === null ? '' : String(healthy))],
  ['health_status', ({ healthStatus }) => healthStatus],
  ['last_error', ({ lastError }) => lastError],
  ['group', ({ groupName }) => groupName],
  [
    'labels',
    ({ labels }) =>
      Object.entries(labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(' '),
  ],
  ['assigned_configuration', ({ assigned }) => assigned?.name ?? ''],
  ['assigned_version', ({ assigned }) => (assigned ? String(assigned.version) : '')],
  ['assigned_by', ({ assignedBy }) => assignedBy],
  ['drift', ({ driftState }) => driftState],
  ['remote_config_status', ({ remoteConfigStatus }) => remoteConfigStatus],
  ['last_seen_at', ({ lastSeenAt }) => lastSeenAt],
  ['enrolled_at', ({ enrolledAt }) => enrolledAt],
];

const PAGE = 500;

/** Agents as CSV, whole or not at all: a file that ends early would be taken for the fleet. */
export function exportAgentsHandler(queries: Queries): Pick<Handlers, 'exportAgents'> {
  return {
    async exportAgents({ query }) {
      const { sort, at, after: _after, ...filter } = query;
      const moment = await momentOf(queries, { at });
      const lines = [columns.map(([name]) => name).join(',')];
      let cursor: string | undefined;
      do {
        const { items, next } = await page(queries.listAgents({ sort, limit: PAGE, cursor, filter }, moment));
        for (const row of items)
          lines.push(columns.map(([, valueOf]) => csvCell(valueOf(row) ?? '')).join(','));
        cursor = next ?? undefined;
        if (lines.length - 1 > mostExported || (lines.length - 1 === mostExported && cursor !== undefined))
          throw new ApiError(
            422,
            'export/too-many-agents',
            `More than ${mostExported} agents match. Narrow the filters, or read them page by page from /api/agents.`,
            { details: { most: mostExported } },
          );
      } while (cursor !== undefined);
      return `${lines.join('\r\n')}\r\n`;
    },
  };
}
