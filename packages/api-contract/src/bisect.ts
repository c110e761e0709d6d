import { z } from 'zod';
import { positionText, readQuery, timestamp } from './shared.ts';

const moment = readQuery.at;

export const bisectQuery = z.object({
  good: moment.meta({
    description:
      'A moment at which the agent was healthy: a time or a position. Absent: when its last healthy run began, at most a day before its end.',
  }),
  bad: moment.meta({
    description:
      'A later moment at which it was not. Absent: up to ten minutes after its last change from healthy to unhealthy.',
  }),
  after: readQuery.after,
});

export const bisectMoment = z.object({
  position: positionText,
  at: timestamp,
  healthy: z.boolean(),
  healthStatus: z.string(),
  lastError: z.string(),
});

export const bisectSuspect = z
  .object({
    /** Where it touched this agent. */
    position: positionText,
    at: timestamp,
    /** Type of the event; empty where no event of the history tells it. */
    type: z.string(),
    actor: z.string(),
    summary: z.string(),
    detail: z.string(),
    /** `act`: something was done to the agent. `report`: the agent showed it of itself. */
    nature: z.enum(['act', 'report']),
    entity: z.object({ type: z.enum(['configuration', 'agent']), id: z.uuid(), name: z.string() }),
    /** Of the console, below its root. */
    link: z.string(),
    touchedAffected: z.int(),
    touchedUnaffected: z.int(),
    /**
     * 0 to below 1: of the agents that it touched or that fell ill, the share of which both is true (one more in the
     * balance against it). What followed an act within ten minutes counts for the act.
     */
    score: z.number(),
    /** One sentence. */
    reason: z.string(),
  })
  .meta({ id: 'BisectSuspect' });
export type BisectSuspect = z.output<typeof bisectSuspect>;

export const bisection = z
  .object({
    agent: z.object({ id: z.uuid(), displayName: z.string() }),
    good: bisectMoment,
    bad: bisectMoment,
    /** The agent's own turn from healthy to unhealthy between the two; suspects lie before it. */
    turn: z.object({ position: positionText, at: timestamp }),
    affected: z.object({
      count: z.int(),
      sample: z.array(
        z.object({ id: z.uuid(), displayName: z.string(), position: positionText, at: timestamp }),
      ),
    }),
    unaffected: z.object({ count: z.int() }),
    /** The most likely first. */
    suspects: z.array(bisectSuspect),
    /** Whether the first suspect stands out from the second. */
    isClear: z.boolean(),
    /** Changes to other agents between the two moments that did not touch this one. */
    others: z.int(),
  })
  .meta({ id: 'Bisection', description: 'Which change made an agent unhealthy' });
export type Bisection = z.output<typeof bisection>;
