import { allAgents, assignmentHistoryTable, assignmentTable } from '../assignments/assignment-row.ts';
import {
  configurationHistoryTable,
  configurationTable,
  versionHistoryTable,
  versionTable,
} from '../configurations/configuration-row.ts';
import type { FieldOfRow } from './field-history.ts';

const column = (name: string) => `to_jsonb(${name})`;
const time = (name: string) =>
  `to_jsonb(to_char(${name} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`;

type Fields = Readonly<Record<string, string>>;

/** Field as the pages show it → SQL of its value. How many agents run a configuration is nobody's single act. */
export const configurationFields: Fields = {
  name: column('name'),
  description: column('description'),
  publishedVersion: column('published_version'),
  drafts: column('drafts'),
  versions: column('versions'),
  createdAt: time('created_at'),
  createdBy: column('created_by'),
  updatedAt: time('updated_at'),
};

export const versionFields: Fields = {
  status: column('status'),
  contentHash: column('content_hash'),
  body: column('content_hash'),
  configHash: column('config_hash'),
  sizeBytes: column('size_bytes'),
  rowVersion: column('row_version'),
  basedOnVersion: column('based_on_version'),
  notes: column('notes'),
  createdAt: time('created_at'),
  createdBy: column('created_by'),
  updatedAt: time('updated_at'),
  updatedBy: column('updated_by'),
  publishedAt: time('published_at'),
  publishedBy: column('published_by'),
  source: column('source'),
  semanticHash: column('semantic_hash'),
};

export const assignmentFields: Fields = {
  assigned: `jsonb_build_object('configurationId', configuration_id, 'version', version)`,
  configurationId: column('configuration_id'),
  version: column('version'),
  configHash: column('config_hash'),
  assignedAt: time('assigned_at'),
  assignedBy: column('assigned_by'),
};

export function configurationRow(tenant: string, id: string, value: string): FieldOfRow {
  return {
    tables: { current: configurationTable, history: configurationHistoryTable },
    key: 'configuration_id = ?::uuid and tenant = ?',
    bindings: [id, tenant],
    value,
  };
}

export function versionRow(id: string, version: number, value: string): FieldOfRow {
  return {
    tables: { current: versionTable, history: versionHistoryTable },
    key: 'configuration_id = ?::uuid and version = ?::int',
    bindings: [id, version],
    value,
  };
}

/** `target`: an agent's id, or `all`. */
export function assignmentRow(tenant: string, target: string, value: string): FieldOfRow {
  return {
    tables: { current: assignmentTable, history: assignmentHistoryTable },
    key: 'tenant = ? and target = ?',
    bindings: [tenant, target],
    value,
  };
}

/** Whether a configuration is the one that all agents were told to run. */
export function fleetRow(tenant: string, configurationId: string): FieldOfRow {
  return assignmentRow(tenant, allAgents, `to_jsonb(configuration_id = '${configurationId}'::uuid)`);
}
