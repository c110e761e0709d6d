import { z } from 'zod';
import { drift, driftState, versionRef } from './agent.ts';
import { pageOf, pageQuery, readQuery } from './shared.ts';

export const driftRow = z
  .object({
    agentId: z.uuid(),
    displayName: z.string(),
    agentType: z.string(),
    connected: z.boolean(),
    healthy: z.boolean().nullable(),
    assigned: versionRef.nullable(),
    remoteConfigStatus: z.string(),
    errorMessage: z.string(),
    drift,
  })
  .meta({ id: 'DriftRow' });
export type DriftRow = z.output<typeof driftRow>;

export const listDriftQuery = z.object({
  ...readQuery,
  ...pageQuery,
  state: z
    .preprocess((value) => (typeof value === 'string' ? value.split(',') : value), z.array(driftState))
    .optional()
    .meta({ description: 'Default: pending, rejected, changed, unhealthy' }),
  configurationId: z.uuid().optional(),
});
export const driftPage = pageOf(driftRow).meta({ id: 'DriftPage' });

export const driftSummary = z.object({ counts: z.record(driftState, z.int()) }).meta({ id: 'DriftSummary' });
