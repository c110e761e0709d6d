import { agentDescriptionsProjection } from './agent-descriptions/projection.ts';
import { agentTimelineProjection } from './agent-timeline/projection.ts';
import { assignmentsProjection } from './assignments/projection.ts';
import { auditProjection } from './audit/projection.ts';
import { configurationsProjection } from './configurations/projection.ts';
import type { Projection } from './engine/projection.ts';
import { eventIndexProjection } from './event-index/projection.ts';
import { fleetProjection } from './fleet/projection.ts';
import { groupsProjection } from './groups/projection.ts';
import { logClockProjection } from './log-clock/projection.ts';

/** Every read model. The one registration list. */
export const readModels: readonly Projection[] = [
  fleetProjection,
  agentDescriptionsProjection,
  agentTimelineProjection,
  configurationsProjection,
  assignmentsProjection,
  groupsProjection,
  auditProjection,
  logClockProjection,
  eventIndexProjection,
];
