import { type Moment, temporalSource } from '../reading/moment.ts';
import { groupHistoryTable, groupTable } from './group-row.ts';

const columns =
  'group_id tenant name name_key description mode selector priority auto_apply assigned_configuration_id assigned_version assigned_hash created_at created_by updated_at deleted_at deleted_position revision changed_position'.split(
    ' ',
  );

/** Groups as they were at a moment, under the alias `g`. */
export function groupSource(moment: Moment) {
  return temporalSource({ current: groupTable, history: groupHistoryTable }, columns, moment, 'g');
}
