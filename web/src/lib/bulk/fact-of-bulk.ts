import type { Client } from '@ampora/api-contract';

/** Position of the one event that says what was done to many, found by what came of it. */
export async function factOfBulk(api: Client, position: string): Promise<string | null> {
  const last = await api('getEvent', { params: { position } });
  if (last.type === 'BulkActionPerformed') return position;
  const { items } = await api('listEvents', {
    query: { type: 'BulkActionPerformed', correlationId: last.correlationId, limit: 1, after: position },
  });
  return items[0]?.position ?? null;
}
