import type { SelectingGroup } from '@ampora/application';
import { type ReadContext, select } from '../reading/read-context.ts';
import { groupTable } from './group-row.ts';

export interface AimedGroupRow extends SelectingGroup {
  readonly isDeleted: boolean;
}

interface StoredGroup {
  readonly group_id: string;
  readonly name: string;
  readonly mode: 'static' | 'dynamic';
  readonly selector: string | null;
  readonly selector_position: string;
  readonly priority: number;
  readonly auto_apply: boolean;
  readonly assigned_configuration_id: string | null;
  readonly assigned_version: number | null;
  readonly created_ms: string;
  readonly is_deleted: boolean;
}

/** Every group as it is now, with what decides who is in it and what they run; without counting anybody. */
export async function listAimedGroups(context: ReadContext): Promise<readonly AimedGroupRow[]> {
  const rows = await select<StoredGroup>(
    context,
    `select group_id, name, mode, selector, selector_position::text, priority, auto_apply, assigned_configuration_id,
        assigned_version, (extract(epoch from created_at) * 1000)::bigint::text as created_ms,
        deleted_at is not null as is_deleted
      from read.${groupTable} where tenant = ?`,
    [context.tenant],
  );
  return rows.map((row) => ({
    groupId: row.group_id,
    name: row.name,
    mode: row.mode,
    selector: row.selector,
    selectorPosition: BigInt(row.selector_position),
    priority: row.priority,
    autoApply: row.auto_apply,
    assigned:
      row.assigned_configuration_id === null || row.assigned_version === null
        ? null
        : { configurationId: row.assigned_configuration_id, version: row.assigned_version },
    createdAt: BigInt(row.created_ms),
    isDeleted: row.is_deleted,
  }));
}
