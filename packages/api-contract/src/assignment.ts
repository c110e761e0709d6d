import { z } from 'zod';
import { versionRef } from './agent.ts';
import { versionOrTagInBody } from './configuration.ts';
import { pageOf, pageQuery, positionText, readQuery, timestamp } from './shared.ts';

export const assignmentTarget = z.union([
  z.object({ agentId: z.uuid() }),
  z.object({ groupId: z.uuid() }),
  z.object({ all: z.literal(true) }),
]);
export type AssignmentTarget = z.output<typeof assignmentTarget>;

export const assignBody = z.object({
  configurationId: z.uuid(),
  /** By its number, or by a tag as `@golden`: the version that the tag is on now. */
  version: versionOrTagInBody,
  target: assignmentTarget,
});
export const unassignBody = z.object({ target: assignmentTarget });

export const assignmentRow = z
  .object({
    target: assignmentTarget,
    displayName: z.string(),
    assigned: versionRef,
    configHash: z.string(),
    assignedAt: timestamp,
    assignedBy: z.string(),
    position: positionText,
  })
  .meta({ id: 'AssignmentRow' });
export type AssignmentRow = z.output<typeof assignmentRow>;

export const listAssignmentsQuery = z.object({
  ...readQuery,
  ...pageQuery,
  configurationId: z.uuid().optional(),
});
export const assignmentPage = pageOf(assignmentRow).meta({ id: 'AssignmentPage' });
