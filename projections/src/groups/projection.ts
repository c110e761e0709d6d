import type { Projection, Row, Rows, Stamped } from '../engine/projection.ts';
import { groupsVersion } from './group-row.ts';

const group = 'group_row';

type GroupFact = Extract<Stamped, { readonly data: { readonly groupId: string } }>;

function change(event: GroupFact, rows: Rows, changes: Row, isEdit = true): void {
  const row = rows.get(group, event.data.groupId);
  // Nothing is known of a group that was never created.
  if (!row) return;
  const revision = Number(row['revision']) + (isEdit ? 1 : 0);
  rows.put(group, { ...row, ...changes, revision, updated_at: event.atMs, changed_position: event.position });
}

function nameKeyOf(name: string): string {
  return name.toLowerCase();
}

/** Every group, as it is and as it was, deleted ones too. Who is in them, the fleet knows. */
export const groupsProjection: Projection = {
  name: 'groups',
  version: groupsVersion,
  tables: [
    {
      name: group,
      kind: 'temporal',
      columns: {
        group_id: 'uuid',
        tenant: 'text',
        name: 'text',
        /** What it is sorted, found and compared by. */
        name_key: 'text',
        description: 'text',
        mode: 'text',
        selector: { type: 'text', nullable: true },
        /** Of the event that gave it its mode and selector. */
        selector_position: 'bigint',
        priority: 'integer',
        auto_apply: 'boolean',
        assigned_configuration_id: { type: 'uuid', nullable: true },
        assigned_version: { type: 'integer', nullable: true },
        assigned_hash: { type: 'text', nullable: true },
        created_at: 'timestamptz',
        created_by: 'text',
        updated_at: 'timestamptz',
        deleted_at: { type: 'timestamptz', nullable: true },
        deleted_position: { type: 'bigint', nullable: true },
        revision: 'integer',
        changed_position: 'bigint',
      },
      primaryKey: ['group_id'],
      indexes: [
        { name: 'name', on: 'tenant, name_key, group_id' },
        { name: 'assigned', on: 'assigned_configuration_id', where: 'assigned_configuration_id is not null' },
      ],
      historyIndexes: [{ name: 'moment', using: 'gist', on: 'int8range(from_position, to_position)' }],
    },
  ],
  keysOf: (event) => [{ table: group, key: [(event as GroupFact).data.groupId] }],
  on: {
    GroupCreated(event, rows) {
      const { groupId, name, description, mode, selector, priority, autoApply } = event.data;
      if (rows.get(group, groupId)) return;
      rows.put(group, {
        group_id: groupId,
        tenant: event.metadata.tenant,
        name,
        name_key: nameKeyOf(name),
        description,
        mode,
        selector,
        selector_position: event.position,
        priority,
        auto_apply: autoApply,
        assigned_configuration_id: null,
        assigned_version: null,
        assigned_hash: null,
        created_at: event.atMs,
        created_by: event.metadata.actor,
        updated_at: event.atMs,
        deleted_at: null,
        deleted_position: null,
        revision: 1,
        changed_position: event.position,
      });
    },
    GroupDetailsChanged(event, rows) {
      const { name, description, priority, autoApply } = event.data;
      change(event, rows, { name, name_key: nameKeyOf(name), description, priority, auto_apply: autoApply });
    },
    GroupSelectorChanged(event, rows) {
      const { mode, selector } = event.data;
      change(event, rows, { mode, selector, selector_position: event.position });
    },
    GroupConfigurationAssigned(event, rows) {
      const { configurationId, version, configHash } = event.data;
      const assigned = {
        assigned_configuration_id: configurationId,
        assigned_version: version,
        assigned_hash: configHash,
      };
      change(event, rows, assigned, false);
    },
    GroupConfigurationUnassigned(event, rows) {
      const none = { assigned_configuration_id: null, assigned_version: null, assigned_hash: null };
      change(event, rows, none, false);
    },
    GroupDeleted(event, rows) {
      change(event, rows, { deleted_at: event.atMs, deleted_position: event.position });
    },
    GroupRestored(event, rows) {
      const { name } = event.data;
      change(event, rows, { name, name_key: nameKeyOf(name), deleted_at: null, deleted_position: null });
    },
  },
};
