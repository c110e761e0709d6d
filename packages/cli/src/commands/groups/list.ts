import type { AgentRow, GroupMode, GroupRow } from '@ampora/api-contract';
import { allPages, collect, pageSize } from '../../output/all-pages.ts';
import type { ApiCall } from '../../output/api-command.ts';
import { type OutputFormat, printDocument, printFields, printList } from '../../output/output-format.ts';
import { resolveGroup } from '../../output/resolve.ts';
import { printable } from '../../output/table.ts';
import { timeText } from '../../output/time-text.ts';

interface ReadOptions {
  readonly at?: string;
  readonly output: OutputFormat;
}

interface ListOptions extends ReadOptions {
  readonly search?: string;
  readonly mode?: GroupMode;
  readonly deleted?: boolean;
  readonly limit: number;
}

const versionOf = ({ assigned }: Pick<GroupRow, 'assigned'>) =>
  assigned ? `${assigned.name}@${assigned.version}` : '';

export async function list({ call, options }: ApiCall<ListOptions>): Promise<void> {
  const { search, mode, deleted, at, limit, output } = options;
  const query = {
    search,
    mode,
    at,
    limit: Math.min(limit, pageSize),
    deleted: deleted === true ? 'true' : 'false',
  } as const;
  const rows = await collect(
    allPages((cursor) => call('listGroups', { query: { ...query, cursor } }), limit),
  );
  printList<GroupRow>(rows, output, {
    columns: [
      { title: 'NAME', of: (row) => row.name },
      { title: 'MODE', of: (row) => row.mode },
      { title: 'MEMBERS', of: (row) => String(row.members), align: 'right' },
      { title: 'CONNECTED', of: (row) => String(row.connected), align: 'right' },
      { title: 'HEALTHY', of: (row) => String(row.healthy), align: 'right' },
      { title: 'IN SYNC', of: (row) => String(row.inSync), align: 'right' },
      { title: 'CONFIG', of: versionOf },
      {
        title: deleted === true ? 'DELETED (UTC)' : 'CHANGED (UTC)',
        of: (row) => timeText(row.deletedAt ?? row.updatedAt),
      },
      { title: 'ID', of: (row) => row.id },
    ],
    nameOf: (row) => row.name,
    none: deleted === true ? 'No group was deleted.' : 'There is no group like that (ampora groups create).',
  });
}

export async function show({ call, options }: ApiCall<ReadOptions>, given: string): Promise<void> {
  const { at, output } = options;
  const group = await resolveGroup(call, given, { at });
  if (output === 'name') return console.log(group.name);
  if (output !== 'table') return printDocument(group, output);
  printFields(
    (
      [
        ['Name', group.name],
        ['Id', group.id],
        ['Description', group.description],
        ['Mode', group.mode],
        ['Selector', group.selector ?? ''],
        ['Priority', group.mode === 'dynamic' ? String(group.priority) : ''],
        ['Configuration', versionOf(group) || 'nothing'],
        ['Applied by itself', group.autoApply ? 'yes' : 'no'],
        [
          'Members',
          `${group.members}: ${group.connected} connected, ${group.healthy} healthy, ${group.inSync} in sync`,
        ],
        ['Created', `${timeText(group.createdAt)} by ${group.createdBy}`],
        ['Deleted', timeText(group.deletedAt)],
        ['Revision', String(group.revision)],
      ] as const
    ).map(([label, value]) => [label, printable(value)] as const),
  );
}

export async function members(
  { call, options }: ApiCall<ReadOptions & { readonly limit: number }>,
  given: string,
): Promise<void> {
  const { at, limit, output } = options;
  const { id, name } = await resolveGroup(call, given, { at });
  const query = { groupId: id, at, limit: Math.min(limit, pageSize) };
  const rows = await collect(
    allPages((cursor) => call('listAgents', { query: { ...query, cursor } }), limit),
  );
  printList<AgentRow>(rows, output, {
    columns: [
      { title: 'NAME', of: (row) => row.displayName },
      { title: 'TYPE', of: (row) => row.agentType },
      { title: 'CONNECTED', of: (row) => (row.connected ? 'yes' : 'no') },
      { title: 'DRIFT', of: (row) => row.driftState },
      { title: 'CONFIG', of: versionOf },
      { title: 'BY', of: (row) => row.assignedBy ?? '' },
      { title: 'ID', of: (row) => row.id },
    ],
    nameOf: (row) => row.id,
    none: `Nobody is in ${name}.`,
  });
}
