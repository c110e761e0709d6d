import { agentSource } from '../fleet/list-agents.ts';
import { fromCursor, type Page, type PageRequest, toCursor, toPage } from '../reading/cursor.ts';
import { type Moment, temporalSource } from '../reading/moment.ts';
import { type ReadContext, select, toIso } from '../reading/read-context.ts';
import { fleetAssignmentOf } from '../assignments/queries.ts';
import {
  configurationHistoryTable,
  configurationTable,
  tagHistoryTable,
  tagTable,
  type VersionSource,
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
  /** In alphabetical order. */
  readonly tags: readonly string[];
  /** Null: from before it was told. */
  readonly source: VersionSource | null;
  /** Null for a draft, and for what was published before it was told. */
  readonly semanticHash: string | null;
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
  readonly source: VersionSource | null;
  readonly semantic_hash: string | null;
}

const configurationColumns =
  'configuration_id tenant name description published_version drafts versions created_at created_by updated_at from_position'.split(
    ' ',
  );
const versionColumns =
  'configuration_id version status content_hash config_hash size_bytes row_version based_on_version notes created_at created_by updated_at updated_by published_at published_by source semantic_hash from_position'.split(
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

function toVersion(row: StoredVersion, agents: number, tags: Tags): VersionListRow {
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
    tags: [...tags].flatMap(([tag, version]) => (version === row.version ? [tag] : [])),
    source: row.source,
    semanticHash: row.semantic_hash,
  };
}

/** Tag → version, in alphabetical order. */
type Tags = ReadonlyMap<string, number>;

async function tagsOf(context: ReadContext, id: string, moment: Moment): Promise<Tags> {
  const rows = moment.live
    ? await select<{ tag: string; version: number }>(
        context,
        `select tag, version from read.${tagTable} where configuration_id = ?::uuid order by tag`,
        [id],
      )
    : await select<{ tag: string; version: number }>(
        context,
        `select tag, version from read.${tagTable} where configuration_id = ?::uuid and from_position <= ?::bigint
         union all select tag, version from read.${tagHistoryTable}
           where configuration_id = ?::uuid and from_position <= ?::bigint and to_position > ?::bigint
         order by tag`,
        [id, String(moment.position), id, String(moment.position), String(moment.position)],
      );
  return new Map(rows.map(({ tag, version }) => [tag, version]));
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
  const { sql, bindings } = versionSource(id, moment);
  return select(context, `select v.* from ${sql} order by v.version desc`, bindings);
}

/** One configuration's versions as they were, under the alias `v`. */
function versionSource(id: string, moment: Moment): { sql: string; bindings: readonly string[] } {
  const columns = versionColumns.join(', ');
  const position = String(moment.position);
  if (moment.live)
    return {
      sql: `(select ${columns} from read.${versionTable} where configuration_id = ?::uuid) v`,
      bindings: [id],
    };
  return {
    sql: `(select ${columns} from read.${versionTable} where configuration_id = ?::uuid and from_position <= ?::bigint
     union all select ${columns} from read.${versionHistoryTable}
       where configuration_id = ?::uuid and from_position <= ?::bigint and to_position > ?::bigint) v`,
    bindings: [id, position, id, position, position],
  };
}

export interface VersionsRequest extends PageRequest {
  readonly status?: readonly VersionStatus[] | undefined;
  /** Who wrote it or published it, exactly. */
  readonly author?: string | undefined;
  /** The beginning of its content hash or its semantic hash, in lower case. */
  readonly hash?: string | undefined;
  /** When it last changed: inclusive, exclusive. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** The versions of a configuration, the newest first; `undefined` when there is no such configuration. */
export async function listVersions(
  context: ReadContext,
  id: string,
  { status, author, hash, since, until, limit, cursor }: VersionsRequest,
  moment: Moment,
): Promise<Page<VersionListRow> | undefined> {
  if (!(await configurationOf(context, id, moment))) return undefined;
  const source = versionSource(id, moment);
  const conditions = ['true'];
  const bindings: unknown[] = [...source.bindings];
  const where = (condition: string, ...values: unknown[]) => {
    conditions.push(condition);
    bindings.push(...values);
  };
  if (status !== undefined && status.length > 0) where('v.status = any(?::text[])', [...status]);
  if (author !== undefined) where('? in (v.created_by, v.updated_by, v.published_by)', author);
  if (hash !== undefined) where(`(v.content_hash ^@ ? or v.semantic_hash ^@ ?)`, hash, hash);
  if (since !== undefined) where('v.updated_at >= ?::timestamptz', since);
  if (until !== undefined) where('v.updated_at < ?::timestamptz', until);
  if (cursor !== undefined) where('v.version < ?::int', ...fromCursor(cursor, 'version', 1));
  const [rows, agents, tags] = await Promise.all([
    select<StoredVersion>(
      context,
      `select v.* from ${source.sql} where ${conditions.join(' and ')} order by v.version desc limit ?`,
      [...bindings, limit + 1],
    ),
    agentCounts(context, [id], moment),
    tagsOf(context, id, moment),
  ]);
  return toPage(
    rows,
    limit,
    ({ version }) => toCursor('version', [String(version)]),
    (row) => toVersion(row, agents(id, row.version), tags),
  );
}

export async function getConfiguration(
  context: ReadContext,
  id: string,
  moment: Moment,
): Promise<ConfigurationPage | undefined> {
  const row = await configurationOf(context, id, moment);
  if (!row) return undefined;
  const [versions, agents, fleet, tags] = await Promise.all([
    versionsOf(context, id, moment),
    agentCounts(context, [id], moment),
    fleetAssignmentOf(context, moment),
    tagsOf(context, id, moment),
  ]);
  return {
    ...toConfiguration(row, agents(id), fleet?.configurationId),
    items: versions.map((version) => toVersion(version, agents(id, version.version), tags)),
  };
}

/** A version by its number or by a tag on it. */
export async function getVersion(
  context: ReadContext,
  id: string,
  wanted: number | string,
  moment: Moment,
): Promise<VersionPage | undefined> {
  const configuration = await configurationOf(context, id, moment);
  if (!configuration) return undefined;
  const tags = await tagsOf(context, id, moment);
  const version = typeof wanted === 'number' ? wanted : tags.get(wanted);
  if (version === undefined) return undefined;
  const { sql, bindings } = versionSource(id, moment);
  const [row] = await select<StoredVersion>(context, `select v.* from ${sql} where v.version = ?::int`, [
    ...bindings,
    version,
  ]);
  if (!row) return undefined;
  const agents = await agentCounts(context, [id], moment);
  const body = await context.contents.read(row.content_hash);
  return {
    ...toVersion(row, agents(id, row.version), tags),
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
