import { z } from 'zod';
import { agentFilter, listAgentsQuery } from './agent.ts';
import { written } from './shared.ts';

/** Most agents of one request, by what is done to them. */
export const bulkCaps = {
  move: 10_000,
  label: 10_000,
  assign: 10_000,
  unassign: 10_000,
  'force-push': 5_000,
  drain: 10_000,
} as const;
/** Most rows of an export of agents. */
export const mostExported = 10_000;

export const exportAgentsQuery = listAgentsQuery.omit({ limit: true, cursor: true });

export const agentSelection = z.union([
  z.object({ agentIds: z.array(z.uuid()).min(1) }),
  /** All agents that match, as `GET /api/agents` takes it; `{}` is everybody. */
  z.object({ filter: z.object(agentFilter).strict() }),
]);

const common = {
  selection: agentSelection,
  /**
   * How many agents are meant, as text. Needed where agents lose what they run or their connection (`drain`, `assign`,
   * `unassign`, `force-push`), and for every selection by filter: a fleet that grew meanwhile is then noticed.
   */
  confirm: z.string().max(20).optional(),
};
export const bulkBody = z.discriminatedUnion('action', [
  z.object({ action: z.literal('move'), groupId: z.uuid().nullable(), ...common }),
  z.object({
    action: z.literal('label'),
    set: z.record(z.string(), z.string()).default({}),
    remove: z.array(z.string()).max(64).default([]),
    ...common,
  }),
  z.object({
    action: z.literal('assign'),
    configurationId: z.uuid(),
    version: z.int().positive(),
    ...common,
  }),
  z.object({ action: z.literal('unassign'), ...common }),
  z.object({ action: z.literal('force-push'), ...common }),
  z.object({ action: z.literal('drain'), ...common }),
]);
export type BulkBody = z.output<typeof bulkBody>;

export const bulkAnswer = written
  .extend({
    /** Agents that were meant. */
    count: z.int(),
    /** Agents for which it made a difference. */
    changed: z.int(),
    /** Agents to which it cannot be done, such as those that take no remote configuration. */
    refused: z.int(),
    /** Agents that somebody else kept changing meanwhile: nothing was done to them. */
    contended: z.array(z.uuid()),
    sample: z.array(z.object({ agentId: z.uuid(), displayName: z.string() })),
  })
  .meta({ id: 'BulkDone' });
export type BulkDone = z.output<typeof bulkAnswer>;
