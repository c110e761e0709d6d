import { z } from 'zod';
import { versionRef } from './agent.ts';

/** What a change does to one thing: it comes in, changes, or goes. */
export const planOp = z.enum(['+', '~', '-']).meta({ id: 'PlanOp' });
export type PlanOp = z.output<typeof planOp>;

/** An agent whose wanted configuration becomes another one. */
export const plannedAgent = z
  .object({
    agentId: z.uuid(),
    displayName: z.string(),
    op: planOp,
    /** What it is to run now, and what it would be. */
    before: versionRef.nullable(),
    after: versionRef.nullable(),
  })
  .meta({ id: 'PlannedAgent' });
export type PlannedAgent = z.output<typeof plannedAgent>;

const namedAgent = z.object({ agentId: z.uuid(), displayName: z.string() });

/**
 * What a write would do, computed without writing anything. Counts are exact; lists are samples, the first in the order
 * of names.
 */
export const changePlan = z
  .object({
    agents: z.object({
      /** Those whose wanted configuration changes: `starts` had none, `stops` will have none. */
      total: z.int(),
      starts: z.int(),
      changes: z.int(),
      stops: z.int(),
      sample: z.array(plannedAgent),
    }),
    /** Groups that come, change or go, with how many agents join and leave them. */
    groups: z.array(
      z.object({
        op: planOp,
        groupId: z.uuid().nullable(),
        name: z.string(),
        joins: z.int(),
        leaves: z.int(),
      }),
    ),
    /** Pipelines by signal and name, over all agents: what those agents begin to run, run otherwise, or cease to run. */
    pipelines: z.array(z.object({ op: planOp, signal: z.string(), id: z.string(), agents: z.int() })),
    /** Where telemetry begins to go, or ceases to. `endpoint` is null where the text does not say. */
    destinations: z.array(
      z.object({ op: planOp, exporter: z.string(), endpoint: z.string().nullable(), agents: z.int() }),
    ),
    tenants: z.array(z.string()),
    /** What the receivers of the agents touched take in now, by signal; null while none of them measures itself. */
    throughput: z
      .object({
        /** Agents touched that told this server of themselves lately. */
        reporting: z.int(),
        signals: z.array(z.object({ signal: z.string(), itemsPerSecond: z.number().nonnegative() })),
      })
      .nullable(),
    /** Agents that were in a dynamic group and no longer match it. */
    stopsMatching: z.object({ count: z.int(), sample: z.array(namedAgent) }),
    warnings: z.array(z.object({ code: z.string(), message: z.string() })),
    totals: z.object({ add: z.int(), change: z.int(), remove: z.int() }),
  })
  .meta({
    id: 'ChangePlan',
    description: 'Who and what a change would touch. Nothing was written to find out.',
  });
export type ChangePlan = z.output<typeof changePlan>;

/** Query of writes that can be planned first. */
export const dryRunQuery = z.object({
  dryRun: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .meta({ description: 'Answer the ChangePlan instead of doing it; nothing is written' }),
});
