import type { OperationId, operations, PlannedChange } from '@ampora/api-contract';
import type { Input } from '../routing/handlers.ts';

type Operations = typeof operations;

/** Writes that can be planned first: those that say `plans` in the table of operations. */
export type PlannedOperationId = {
  [Id in OperationId]: Operations[Id] extends { readonly plans: true } ? Id : never;
}[OperationId];

/** What each such write would change: one missing does not compile. */
export const changeOfOperation: {
  readonly [Id in PlannedOperationId]: (input: Input<Id>) => PlannedChange;
} = {
  publishVersion: ({ params }) => ({ kind: 'publish', configurationId: params.id, version: params.version }),
  assign: ({ body }) => ({ kind: 'assign', ...body }),
  unassign: ({ body }) => ({ kind: 'unassign', ...body }),
  createGroup: ({ body }) => ({ kind: 'create-group', ...body }),
  editGroup: ({ params, body }) => ({ kind: 'edit-group', groupId: params.id, ...body }),
  deleteGroup: ({ params }) => ({ kind: 'delete-group', groupId: params.id }),
  restoreGroup: ({ params, body }) => ({ kind: 'restore-group', groupId: params.id, ...body }),
  addGroupMembers: ({ params, body }) => ({ kind: 'add-members', groupId: params.id, ...body }),
  removeGroupMembers: ({ params, body }) => ({ kind: 'remove-members', groupId: params.id, ...body }),
  moveAgent: ({ params, body }) => ({ kind: 'move', agentId: params.id, ...body }),
  setAgentLabels: ({ params, body }) => ({ kind: 'labels', agentId: params.id, ...body }),
  bulkAgents: ({ body }) => ({ kind: 'bulk', bulk: body }),
};
