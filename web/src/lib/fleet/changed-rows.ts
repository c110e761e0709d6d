import type { AgentRow } from '@ampora/api-contract';

type Known = Pick<AgentRow, 'id' | 'statePosition'>;

/** Ids of the rows that are new or whose state has changed, in their order. */
export function changedRows(before: readonly Known[], after: readonly Known[]): string[] {
  const known = new Map(before.map(({ id, statePosition }) => [id, statePosition]));
  return after.filter(({ id, statePosition }) => known.get(id) !== statePosition).map(({ id }) => id);
}
