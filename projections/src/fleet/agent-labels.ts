import type { Attribute } from '@ampora/catalogue';
import { type Labels, labelled } from '@ampora/domain';
import type { RowKey, Rows, TableDefinition } from '../engine/projection.ts';
import { toStorable } from '../engine/storable-text.ts';
import { clip } from './agent-edit.ts';

const labelsTable = 'agent_labels';

/** Labels as they count: what the agent says of itself, under what the server says of it. Apart from the agent's row, since they hardly ever change. */
export const labelsTableDefinition: TableDefinition = {
  name: labelsTable,
  kind: 'temporal',
  columns: {
    agent_id: 'uuid',
    tenant: 'text',
    /** All of them, for filters. */
    labels: 'jsonb',
    /** Those of the server. */
    own: 'json',
    /** Those of the agent, which may be shadowed. */
    reported: { type: 'json', currentOnly: true },
  },
  primaryKey: ['agent_id'],
  indexes: [{ name: 'labels', using: 'gin', on: 'labels jsonb_path_ops' }],
  historyIndexes: [
    { name: 'moment', using: 'gist', on: 'int8range(from_position, to_position)' },
    { name: 'labels', using: 'gin', on: 'labels jsonb_path_ops' },
  ],
};

export function labelsKey(agentId: string): RowKey {
  return { table: labelsTable, key: [agentId] };
}

interface LabelsRow {
  readonly own: Labels;
  readonly reported: Labels;
}

interface Labelled {
  readonly agent_id: string;
  readonly tenant: string;
}

function labelsOf(rows: Rows, agentId: string): LabelsRow {
  return (rows.get(labelsTable, agentId) as LabelsRow | undefined) ?? { own: {}, reported: {} };
}

function putLabels(rows: Rows, { agent_id, tenant }: Labelled, { own, reported }: LabelsRow): void {
  rows.put(labelsTable, { agent_id, tenant, labels: { ...reported, ...own }, own, reported });
}

/** What an attribute is as a label: text, cut at the same place always. */
function labelText(value: Attribute['value']): string {
  return toStorable(clip(typeof value === 'string' ? value : JSON.stringify(value)));
}

/** An agent's attributes as labels; of two with one name, the one that does not identify it. */
export function reportedLabels(
  identifying: readonly Attribute[],
  nonIdentifying: readonly Attribute[],
): Labels {
  const labels: [string, string][] = [...identifying, ...nonIdentifying].map(({ key, value }) => [
    toStorable(clip(key)),
    labelText(value),
  ]);
  return Object.fromEntries(labels);
}

export function describeLabels(
  rows: Rows,
  agent: Labelled,
  description: { readonly identifying: readonly Attribute[]; readonly nonIdentifying: readonly Attribute[] },
): void {
  const { own } = labelsOf(rows, agent.agent_id);
  const reported = reportedLabels(description.identifying, description.nonIdentifying);
  putLabels(rows, agent, { own, reported });
}

/** Gives the labels of the server after the change. */
export function changeOwnLabels(
  rows: Rows,
  agent: Labelled,
  change: { readonly set: Labels; readonly removed: readonly string[] },
): Labels {
  const { own: before, reported } = labelsOf(rows, agent.agent_id);
  const own = labelled(before, change);
  putLabels(rows, agent, { own, reported });
  return own;
}
