import type { AgentDetail, AgentRow, AgentSortKey, AnswerOf, HealthTree } from '@ampora/api-contract';
import type { Command } from 'commander';
import { allPages, collect, pageSize } from '../output/all-pages.ts';
import { apiAction, type ApiCall, toCount, toList } from '../output/api-command.ts';
import {
  outputOption,
  type OutputFormat,
  printDocument,
  printFields,
  printList,
} from '../output/output-format.ts';
import { resolveAgentId, resolveConfiguration, resolveGroup } from '../output/resolve.ts';
import { printable } from '../output/table.ts';
import { timeText } from '../output/time-text.ts';
import { registerPlacing } from './place-agents.ts';

interface ReadOptions {
  readonly at?: string;
  readonly output: OutputFormat;
}

interface ListOptions extends ReadOptions {
  readonly search?: string;
  readonly connected?: 'true' | 'false';
  readonly healthy?: 'true' | 'false' | 'unknown';
  readonly flapping?: 'true' | 'false';
  readonly drift?: readonly string[];
  readonly status?: readonly string[];
  readonly type?: readonly string[];
  readonly agentVersion?: readonly string[];
  readonly os?: readonly string[];
  readonly configuration?: string;
  readonly group?: string;
  readonly label?: readonly string[];
  readonly sort?: AgentSortKey | `-${AgentSortKey}`;
  readonly limit: number;
}

export function register(program: Command): void {
  const agents = program.command('agents').description('Look at the fleet');
  const at = ['--at <moment>', 'as it was: an RFC 3339 time or a log position'] as const;

  agents
    .command('list')
    .description('Agents, filtered and sorted by the server')
    .option('--search <text>', 'part of name, host, type, version or instance uid')
    .option('--connected <true|false>', 'only connected ones, or only the others')
    .option('--healthy <true|false|unknown>', 'by health')
    .option('--flapping <true|false>', 'only flapping ones, or only the others')
    .option('--drift <states>', 'in-sync, pending, rejected, changed, unhealthy, unassigned, unknown', toList)
    .option('--status <statuses>', 'unset, applied, applying, failed', toList)
    .option('--type <types>', 'agent types', toList)
    .option('--agent-version <versions>', 'agent versions', toList)
    .option('--os <types>', 'operating systems', toList)
    .option('--configuration <name>', 'those that should run a version of it')
    .option('--group <name>', 'members of a group; none: those in no group')
    .option('--label <key:value>', 'with this label, by whomever; repeat it for more', collectLabels)
    .option('--sort <key>', 'sort key; a leading minus sorts downwards (--sort=-lastSeenAt)')
    .option('--limit <count>', 'rows at the most', toCount, 1_000)
    .option(...at)
    .addOption(outputOption())
    .action(apiAction(list));

  agents
    .command('show')
    .description('One agent: identity, health, configuration, drift')
    .argument('<agent>', 'its id, instance uid or exact name')
    .option(...at)
    .addOption(outputOption())
    .action(apiAction(show));

  agents
    .command('timeline')
    .description('What happened to an agent, newest first')
    .argument('<agent>', 'its id, instance uid or exact name')
    .option(
      '--kind <kinds>',
      'lifecycle, connection, description, health, config, status, assignment, packages',
      toList,
    )
    .option('--limit <count>', 'rows at the most', toCount, 50)
    .option(...at)
    .addOption(outputOption())
    .action(apiAction(timeline));

  registerPlacing(agents);
}

/** A value may hold commas. */
function collectLabels(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

async function list({ call, options }: ApiCall<ListOptions>): Promise<void> {
  const configurationId =
    options.configuration === undefined
      ? undefined
      : (await resolveConfiguration(call, options.configuration)).id;
  const groupId =
    options.group === undefined || options.group === 'none'
      ? options.group
      : (await resolveGroup(call, options.group, { at: options.at })).id;
  const label = options.label === undefined ? undefined : [...options.label];
  const query = { ...listQuery(options, configurationId), groupId: groupId as 'none' | undefined, label };
  const rows = await collect(
    allPages((cursor) => call('listAgents', { query: { ...query, cursor } }), options.limit),
  );
  printList<AgentRow>(rows, options.output, {
    columns: [
      { title: 'NAME', of: (row) => row.displayName },
      { title: 'TYPE', of: (row) => row.agentType },
      { title: 'VERSION', of: (row) => row.agentVersion },
      { title: 'CONNECTED', of: (row) => (row.connected ? (row.transport ?? 'yes') : 'no') },
      { title: 'HEALTH', of: healthOf },
      { title: 'DRIFT', of: (row) => row.driftState },
      { title: 'GROUP', of: (row) => row.groupName ?? '' },
      { title: 'CONFIG', of: (row) => (row.assigned ? `${row.assigned.name}@${row.assigned.version}` : '') },
      { title: 'STATUS', of: (row) => row.remoteConfigStatus },
      { title: 'LAST SEEN (UTC)', of: (row) => timeText(row.lastSeenAt) },
      { title: 'ID', of: (row) => row.id },
    ],
    nameOf: (row) => row.id,
    none: 'No agent is like that.',
  });
}

/** Values are checked by the server, which says what it expects. */
function listQuery(options: ListOptions, configurationId: string | undefined) {
  const { search, connected, healthy, flapping, drift, status, type, agentVersion, os, sort, at, limit } =
    options;
  return {
    search,
    connected,
    healthy,
    flapping,
    driftState: drift,
    remoteConfigStatus: status,
    agentType: type,
    agentVersion,
    osType: os,
    configurationId,
    sort,
    at,
    limit: Math.min(limit, pageSize),
  };
}

async function show({ call, options }: ApiCall<ReadOptions>, given: string): Promise<void> {
  const { at, output } = options;
  const id = await resolveAgentId(call, given, at);
  const agent = await call('getAgent', { params: { id }, query: at === undefined ? {} : { at } });
  if (output === 'name') console.log(agent.id);
  else if (output === 'table') printAgent(agent);
  else printDocument(agent, output);
}

function printAgent(agent: AgentDetail): void {
  const { assigned, drift, remoteConfig } = agent;
  printFields(
    (
      [
        ['Name', agent.displayName],
        ['Id', agent.id],
        ['Instance uid', agent.instanceUid],
        ['Type', `${agent.agentType} ${agent.agentVersion}`],
        ['Host', `${agent.hostName} (${agent.osType})`],
        ['Connected', agent.connected ? `yes, ${agent.transport ?? ''}` : 'no'],
        ['Last seen', timeText(agent.lastSeenAt)],
        ['Health', `${healthOf(agent)} ${agent.healthStatus}`.trim()],
        ['Last error', agent.lastError],
        ['Group', agent.groupName ?? ''],
        [
          'Labels',
          agent.labels
            .flatMap(({ key, value, source }) => (source === 'server' ? `${key}=${value}` : []))
            .join(' '),
        ],
        [
          'Assigned',
          assigned ? `${assigned.name}@${assigned.version} (by ${agent.assignedBy ?? ''})` : 'nothing',
        ],
        ['Config status', `${remoteConfig.status} ${remoteConfig.errorMessage}`.trim()],
        ['Drift', `${drift.state}: ${drift.explanation}`],
        ['Capabilities', agent.capabilities.flatMap(({ name, set }) => (set ? [name] : [])).join(' ')],
        ['Since', `${timeText(agent.stateSince)} (position ${agent.statePosition})`],
      ] as const
    ).map(([label, value]) => [label, printable(value)] as const),
  );
  for (const { path, kind, assigned: wanted, effective } of drift.differences)
    console.log(`  ${kind} ${printable(path)}: assigned ${printable(wanted)}, runs ${printable(effective)}`);
  for (const { severity, message, path } of drift.findings)
    console.log(`  ${severity} ${printable(path)}: ${printable(message)}`);
  if (agent.health !== null && agent.health.components.length > 0) printHealth(agent.health.components, '  ');
}

function printHealth(components: readonly HealthTree[], indent: string): void {
  for (const { name, healthy, status, lastError, components: below } of components) {
    console.log(
      printable(`${indent}${healthy ? 'ok   ' : 'FAULT'} ${name} ${status} ${lastError}`.trimEnd()),
    );
    printHealth(below, `${indent}  `);
  }
}

async function timeline(
  { call, options }: ApiCall<ReadOptions & { kind?: readonly string[]; limit: number }>,
  given: string,
): Promise<void> {
  const { at, kind, limit, output } = options;
  const id = await resolveAgentId(call, given, at);
  const query = { at, kind, limit: Math.min(limit, pageSize) };
  const rows = await collect(
    allPages(
      (cursor) =>
        call('getAgentTimeline', {
          params: { id },
          query: { ...query, cursor },
        }),
      limit,
    ),
  );
  printList<AnswerOf<'getAgentTimeline'>['items'][number]>(rows, output, {
    columns: [
      { title: 'TIME (UTC)', of: (row) => timeText(row.at) },
      { title: 'POSITION', of: (row) => row.position, align: 'right' },
      { title: 'KIND', of: (row) => row.kind },
      { title: 'WHAT', of: (row) => (row.count > 1 ? `${row.title} (${row.count} times)` : row.title) },
      { title: 'DETAIL', of: (row) => row.detail },
    ],
    nameOf: (row) => row.position,
    none: 'Nothing of that kind has happened.',
  });
}

function healthOf({ healthy, flapping }: Pick<AgentRow, 'healthy' | 'flapping'>): string {
  const health = healthy === null ? 'unknown' : healthy ? 'healthy' : 'unhealthy';
  return flapping ? `${health}, flapping` : health;
}
