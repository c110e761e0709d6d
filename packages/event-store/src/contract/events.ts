import type { NewEvent } from '@ampora/kernel';
import { randomUUID } from 'node:crypto';

/** An event with an id of its own. */
export function someEvent(type = 'Happened', data: NewEvent['data'] = {}): NewEvent {
  return {
    id: randomUUID(),
    type,
    schemaVersion: 1,
    data,
    metadata: { tenant: 'default', actor: 'system', actorRole: 'System', correlationId: randomUUID() },
  };
}

export function someEvents(count: number, type = 'Happened'): NewEvent[] {
  return Array.from({ length: count }, (_, index) => someEvent(type, { index }));
}

/** Waits for a condition, looking again every few milliseconds; fails with `what` after the bound. */
export async function eventually(condition: () => boolean, what: string, timeoutMs = 20_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`Not within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
