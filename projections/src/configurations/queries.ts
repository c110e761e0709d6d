import { agentSource } from '../fleet/list-agents.ts';
import { fromCursor, type Page, type PageRequest, toCursor, toPage } from '../reading/cursor.ts';
import { type Moment, temporalSource } from '../reading/moment.ts';
import { type ReadContext, select, toIso } from '../reading/read-context.ts';
import { fleetAssignmentOf } from '../assignments/queries.ts';
import {
  configurationHistoryTable,
  configurationTable,
  type VersionStatus,
  versionHistoryTable,
  versionTable,
} from './configuration-row.ts';

export interface ConfigurationListRow {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly publishedVersion: number | null;
  readonly drafts: number;
  readonly versions: number;
  readonly agents: number;
  readonly assignedToFleet: boolean;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly updatedAt: string;
}

export interface VersionListRow {
  readonly version: number;
  readonly status: VersionStatus;
  readonly contentHash: string;
  readonly configHash: string | null;
  readonly sizeBytes: number;
  readonly rowVersion: number;
  readonly basedOnVersion: number | null;
  readonly notes: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly updatedAt: string;
  readonly updatedBy: string;
  readonly publishedAt: string | null;
  readonly publishedBy: string | null;
  readonly agents: number;
  readonly position: string;
}

export interface ConfigurationPage extends ConfigurationListRow {
  readonly items: readonly VersionListRow[];
}

export interface VersionPage extends VersionListRow {
  readonly configurationId: string;
  readonly name: string;
  readonly body: string;
}

interface StoredConfiguration {
  readonly configuration_id: string;
  readonly name: string;
  readonly description: string;
  readonly published_version: number | null;
  readonly drafts: number;
  readonly versions: number;
  readonly created_at: Date;
  readonly created_by: string;
  readonly updated_at: Date;
}

interface StoredVersion {
  readonly configuration_id: string;
  readonly version: number;
  readonly status: VersionStatus;
  readonly content_hash: string;
  readonly config_hash: string | null;
  readonly size_bytes: number;
  readonly row_version: number;
  readonly based_on_version: number | null;
  readonly notes: string;
  readonly created_at: Date;
  readonly created_by: string;
  readonly updated_at: Date;
  readonly updated_by: string;
  readonly published_at: Date | null;
  readonly published_by: string | null;
  readonly from_position: string;
}

const configurationColumns =
  'configuration_id tenant name description published_version drafts versions created_at created_by updated_at from_position'.split(
    ' ',
  );
const versionColumns =
  'configuration_id version status content_hash config_hash size_bytes row_version based_on_version notes created_at created_by updated_at updated_by published_at published_by from_position'.split(
    ' ',
  );

function configurationSource(moment: Moment) {
  const tables = { current: configurationTable, history: configurationHistoryTable };
  return temporalSource(tables, configurationColumns, moment, 'c');
}

/** Agents that should run each version, by `<configuration>:<version>` and in total by `<configuration>`. */
async function agentCounts(
  context: ReadContext,
  configurationIds: readonly string[],
  moment: Moment,
): Promise<(configurationId: string, version?: number) => number> {
  if (configurationIds.length === 0) return () => 0;
  const source = agentSource(moment);
  const rows = await select<{ id: string; version: number; count: number }>(
    context,
    `select a.assigned_configuration_id as id, a.assigned_version as version, count(*)::int as count
     from ${source.sql} where a.assigned_configuration_id = any(?::uuid[]) and a.tenant = ? group by 1, 2`,
    [...source.bindings, [...configurationIds], context.tenant],
  );
  return (configurationId, version) =>
    rows
      .filter((row) => row.id === configurationId && (version === undefined || row.version === version))
      .reduce((sum, { count }) => sum + count, 0);
}

export interface ConfigurationsRequest extends PageRequest {
  readonly search?: string | undefined;
}

export async function listConfigurations(
  context: ReadContext,
  { search, limit, cursor }: ConfigurationsRequest,
  moment: Moment,
): Promise<Page<ConfigurationListRow>> {
  const source = configurationSource(moment);
  const conditions = ['c.tenant = ?'];
  const bindings: unknown[] = [...source.bindings, context.tenant];
  if (search?.trim()) {
    conditions.push(`c.name || ' ' || c.description ilike ?`);
    bindings.push(
      `%${search
        .trim()
        .replace(/[\\%_]/g, String.raw`\$&`)
        .toWellFormed()
        .replaceAll('\0', '')}%`,
    );
  }
  if (cursor !== undefined) {
    conditions.push('(c.name, c.configuration_id) > (?, ?::uuid)');
    bindings.push(...fromCursor(cursor, 'name', 2));
  }
  const rows = await select<StoredConfiguration>(
    context,
    `select c.* from ${source.sql} where ${conditions.join(' and ')} order by c.name, c.configuration_id limit ?`,
    [...bindings, limit + 1],
  );
  const agents = await agentCounts(
    context,
    rows.map(({ configuration_id }) => configuration_id),
    moment,
  );
  const fleet = await fleetAssignmentOf(context, moment);
  return toPage(
    rows,
    limit,
    ({ name, configuration_id }) => toCursor('name', [name, configuration_id]),
    (row) => toConfiguration(row, agents(row.configuration_id), fleet?.configurationId),
  );
}

function toConfiguration(
  row: StoredConfiguration,
  agents: number,
  fleetConfigurationId: string | undefined,
): ConfigurationListRow {
  return {
    id: row.configuration_id,
    name: row.name,
    description: row.description,
    publishedVersion: row.published_version,
    drafts: row.drafts,
    versions: row.versions,
    agents,
    assignedToFleet: row.configuration_id === fleetConfigurationId,
    createdAt: toIso(row.created_at),
    createdBy: row.created_by,
    updatedAt: toIso(row.updated_at),
  };
}

function toVersion(row: StoredVersion, agents: number): VersionListRow {
  return {
    version: row.version,
    status: row.status,
    contentHash: row.content_hash,
    configHash: row.config_hash,
    sizeBytes: row.size_bytes,
    rowVersion: row.row_version,
    basedOnVersion: row.based_on_version,
    notes: row.notes,
    createdAt: toIso(row.created_at),
    createdBy: row.created_by,
    updatedAt: toIso(row.updated_at),
    updatedBy: row.updated_by,
    publishedAt: toIso(row.published_at),
    publishedBy: row.published_by,
    agents,
    position: row.from_position,
  };
}

async function configurationOf(context: ReadContext, id: string, moment: Moment) {
  const source = configurationSource(moment);
  const [row] = await select<StoredConfiguration>(
    context,
    `select c.* from ${source.sql} where c.configuration_id = ?::uuid and c.tenant = ?`,
    [...source.bindings, id, context.tenant],
  );
  return row;
}

/** A configuration's versions as they were, by its key: no other configuration is looked at. */
async function versionsOf(
  context: ReadContext,
  id: string,
  moment: Moment,
): Promise<readonly StoredVersion[]> {
  const columns = versionColumns.join(', ');
  if (moment.live) {
    return select(
      context,
      `select ${columns} from read.${versionTable} where configuration_id = ?::uuid order by version desc`,
      [id],
    );
  }
  const position = String(moment.position);
  return select(
    context,
    `select ${columns} from read.${versionTable} where configuration_id = ?::uuid and from_position <= ?::bigint
     union all select ${columns} from read.${versionHistoryTable}
       where configuration_id = ?::uuid and from_position <= ?::bigint and to_position > ?::bigint
     order by version desc`,
    [id, position, id, position, position],
  );
}

export async function getConfiguration(
  context: ReadContext,
  id: string,
  moment: Moment,
): Promise<ConfigurationPage | undefined> {
  const row = await configurationOf(context, id, moment);
  if (!row) return undefined;
  const [versions, agents, fleet] = await Promise.all([
    versionsOf(context, id, moment),
    agentCounts(context, [id], moment),
    fleetAssignmentOf(context, moment),
  ]);
  return {
    ...toConfiguration(row, agents(id), fleet?.configurationId),
    items: versions.map((version) => toVersion(version, agents(id, version.version))),
  };
}

export async function getVersion(
  context: ReadContext,
  id: string,
  version: number,
  moment: Moment,
): Promise<VersionPage | undefined> {
  const configuration = await configurationOf(context, id, moment);
  const row = (await versionsOf(context, id, moment)).find((one) => one.version === version);
  if (!configuration || !row) return undefined;
  const agents = await agentCounts(context, [id], moment);
  const body = await context.contents.read(row.content_hash);
  return {
    ...toVersion(row, agents(id, version)),
    configurationId: id,
    name: configuration.name,
    body: body ?? '',
  };
}

export async function countConfigurations(context: ReadContext, moment: Moment): Promise<number> {
  const source = configurationSource(moment);
  const [row] = await select<{ count: number }>(
    context,
    `select count(*)::int as count from ${source.sql} where c.tenant = ?`,
    [...source.bindings, context.tenant],
  );
  return row?.count ?? 0;
}
