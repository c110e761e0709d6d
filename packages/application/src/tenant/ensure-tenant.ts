import { streamOf } from '@ampora/catalogue';
import { tenantDecider } from '@ampora/domain';
import { handleCommand } from '../event-writing/command-handler.ts';
import { uuidFrom } from '../event-writing/stamp-events.ts';
import type { EventLog } from '../ports/event-log.ts';

/** Creates the tenant unless it exists. Safe to run from several processes at once. */
export async function ensureTenant(log: EventLog, tenant: string, displayName: string): Promise<void> {
  const commandId = uuidFrom(`create-tenant:${tenant}`);
  await handleCommand(log, tenantDecider, {
    streamId: streamOf.tenant(tenant),
    command: { type: 'create-tenant', tenant, displayName },
    commandId,
    metadata: { tenant, actor: 'system', actorRole: 'System', correlationId: commandId },
  });
}
