import { uuidFrom } from '../event-writing/stamp-events.ts';

/** The id of the agent that first came with this instance uid (UUID text). Follows from both, so every edge finds the same. */
export function agentIdOf(tenant: string, instanceUid: string): string {
  return uuidFrom(`agent:${tenant}:${instanceUid}`);
}
