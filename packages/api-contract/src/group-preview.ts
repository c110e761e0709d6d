import { z } from 'zod';
import { versionRef } from './agent.ts';
import { groupMode, selectorText } from './group.ts';

/** Something wrong in an expression, with its place: `from` and `to` in UTF-16 units, line and column from 1. */
export const expressionProblem = z
  .object({
    severity: z.enum(['error', 'warning']),
    code: z.string(),
    message: z.string(),
    from: z.int(),
    to: z.int(),
    line: z.int(),
    column: z.int(),
  })
  .meta({ id: 'SelectorProblem' });

export const previewGroupBody = z.object({
  /** The group to be edited; absent: one to be created. */
  groupId: z.uuid().optional(),
  mode: groupMode.default('dynamic'),
  selector: selectorText.nullable().default(null),
  /** Of several dynamic groups that match an agent, the one with the higher number has it. Absent: as it is, or 0. */
  priority: z.int().min(-1_000_000).max(1_000_000).optional(),
  autoApply: z.boolean().optional(),
  /** What its members are to run. Absent: what it has; null: nothing. */
  configuration: z.object({ configurationId: z.uuid(), version: z.int().positive() }).nullable().optional(),
});

const groupRef = z.object({ groupId: z.uuid(), name: z.string() });
const mover = z.object({
  agentId: z.uuid(),
  displayName: z.string(),
  runsNow: versionRef.nullable(),
  wouldRun: versionRef.nullable(),
});

export const groupPreview = z
  .object({
    valid: z.boolean(),
    problems: z.array(expressionProblem),
    /** Agents that the selector matches, wherever they are. */
    matches: z.int(),
    joins: z.object({ count: z.int(), sample: z.array(mover.extend({ from: groupRef.nullable() })) }),
    leaves: z.object({ count: z.int(), sample: z.array(mover.extend({ to: groupRef.nullable() })) }),
    stays: z.int(),
    /** Agents for which the selector could not be evaluated: they stay where they are. */
    undecided: z.int(),
    /** Labels that the selector asks for and no agent has, with those that agents have and are spelt most like it. */
    unmatchedKeys: z.array(z.object({ key: z.string(), nearest: z.array(z.string()) })),
    /** Groups that have agents which this one matches too: `wins` has them whatever this one says. */
    contested: z.array(
      groupRef.extend({ priority: z.int(), mode: groupMode, wins: z.boolean(), agents: z.int() }),
    ),
  })
  .meta({
    id: 'GroupPreview',
    description: 'Who would join and leave. Counts are exact, lists are samples.',
  });
export type GroupPreview = z.output<typeof groupPreview>;
