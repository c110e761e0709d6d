import type { BulkBody } from '@ampora/api-contract';
import type { Queries } from '@ampora/projections/queries';
import { ApiError } from '../problem/api-error.ts';

/** Agents lose something by it, or a mistake would be felt at once. */
const wantsConfirmation: ReadonlySet<BulkBody['action']> = new Set([
  'assign',
  'unassign',
  'force-push',
  'drain',
]);

/** The agents that a bulk action means: those named, or those that match now. More than `most` are not listed whole. */
export async function selectAgents(
  queries: Queries,
  { selection }: Pick<BulkBody, 'selection'>,
  most: number,
): Promise<readonly string[]> {
  if ('agentIds' in selection) return [...new Set(selection.agentIds)];
  return queries.selectAgents(selection.filter, most);
}

export function refuseTooMany(action: BulkBody['action'], count: number, most: number): void {
  if (count <= most) return;
  throw new ApiError(
    422,
    'bulk/too-many',
    `More than ${most} agents are meant, and that is the most for one ${action}. Narrow the selection, or ask several times.`,
    { details: { most, action } },
  );
}

/** What was confirmed is what is done: a selection that has grown since is not acted on. */
export function requireConfirmation({ action, selection, confirm }: BulkBody, count: number): void {
  if (confirm === undefined && !wantsConfirmation.has(action) && 'agentIds' in selection) return;
  if (confirm === String(count)) return;
  throw new ApiError(
    409,
    'bulk/not-confirmed',
    `${count} agents are meant. To go on, send confirm: "${count}".`,
    { details: { count, confirm: String(count), action } },
  );
}
