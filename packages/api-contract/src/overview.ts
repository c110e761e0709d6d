import { z } from 'zod';
import { driftState, remoteConfigStatus, timelineItem } from './agent.ts';
import { positionText, readQuery, timestamp } from './shared.ts';

export const overviewQuery = z.object(readQuery);
export const overview = z
  .object({
    /** The moment shown, and the log position that the numbers stand at. */
    at: timestamp,
    position: positionText,
    agents: z.int(),
    connected: z.int(),
    healthy: z.int(),
    unhealthy: z.int(),
    flapping: z.int(),
    drift: z.record(driftState, z.int()),
    remoteConfigStatus: z.record(remoteConfigStatus, z.int()),
    byType: z.array(z.object({ agentType: z.string(), agentVersion: z.string(), count: z.int() })),
    configurations: z.int(),
    fleetAssignment: z.object({ configurationId: z.uuid(), name: z.string(), version: z.int() }).nullable(),
    recent: z.array(timelineItem.extend({ agentId: z.uuid().nullable(), subject: z.string() })),
    /** Changes per bucket over the shown window, oldest first. */
    activity: z.array(z.object({ at: timestamp, good: z.int(), bad: z.int(), neutral: z.int() })),
  })
  .meta({ id: 'Overview' });
export type Overview = z.output<typeof overview>;
