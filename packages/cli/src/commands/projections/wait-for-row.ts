import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, ProjectionRow } from '@ampora/api-contract';
import { CommandFailure } from '../../command-failure.ts';
import { exitCodes } from '../../exit-codes.ts';
import { spanText } from '../../output/time-text.ts';

const pollMs = 250;

/** Looks again and again until `look` gives something; ends with exit code 6 when it does not in time. */
export async function waitForRows<Found>(
  call: Client,
  { timeoutMs, what }: { readonly timeoutMs: number; readonly what: string },
  look: (rows: readonly ProjectionRow[]) => Found | undefined,
): Promise<Found> {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const { items } = await call('listProjections', {});
    const found = look(items);
    if (found !== undefined) return found;
    if (performance.now() > endMs) {
      throw new CommandFailure(
        `${what} did not happen within ${spanText(timeoutMs)}; it goes on without us.`,
        exitCodes.timedOut,
      );
    }
    await sleep(pollMs);
  }
}
