import { z } from 'zod';
import { defineEvent, type EventOf } from '../define-event.ts';

export const tenantCreated = defineEvent({
  type: 'TenantCreated',
  version: 1,
  summary: 'A tenant was created',
  schema: z.object({ tenant: z.string(), displayName: z.string() }),
});

export const tenantEvents = [tenantCreated] as const;

export type TenantEvent = EventOf<(typeof tenantEvents)[number]>;
