import { setTimeout as delay } from 'node:timers/promises';

export interface WaitOptions {
  readonly timeoutMs?: number;
  readonly everyMs?: number;
  /** Told in the error: what an engineer would look at first, such as the last lines of a log. */
  readonly context?: () => string;
}

/** Thrown by a look that knows that what it looks for will never come. */
export class NeverComes extends Error {
  override readonly name = 'NeverComes';
}

/**
 * Looks until `look` answers something other than undefined or false, and answers that. A look that throws counts as
 * "not yet", and its error is told when the time is over.
 */
export async function waitUntil<Seen>(
  what: string,
  look: () => Promise<Seen | undefined | false> | Seen | undefined | false,
  { timeoutMs = 30_000, everyMs = 100, context }: WaitOptions = {},
): Promise<Seen> {
  const deadline = performance.now() + timeoutMs;
  let lastError: unknown;
  do {
    try {
      const seen = await look();
      if (seen !== undefined && seen !== false) return seen;
      lastError = undefined;
    } catch (error) {
      if (error instanceof NeverComes)
        throw failure(`${what}: will not be seen, ${error.message}`, error, context);
      lastError = error;
    }
    await delay(everyMs);
  } while (performance.now() < deadline);
  throw failure(`${what}: not seen within ${String(timeoutMs)} ms`, lastError, context);
}

function failure(message: string, cause: unknown, context: (() => string) | undefined): Error {
  const because = cause instanceof Error && !(cause instanceof NeverComes) ? ` (last: ${cause.message})` : '';
  return new Error(`${message}${because}${context === undefined ? '' : `\n${context()}`}`, { cause });
}

/** Looks until the answer has stayed the same for `quietMs`, and answers it. */
export async function waitUntilSteady<Seen extends string | number>(
  what: string,
  look: () => Promise<Seen>,
  { quietMs, timeoutMs = 30_000 }: { readonly quietMs: number; readonly timeoutMs?: number },
): Promise<Seen> {
  let last = await look();
  let sinceMs = performance.now();
  return waitUntil(
    what,
    async () => {
      const now = await look();
      if (now !== last) {
        last = now;
        sinceMs = performance.now();
      }
      return performance.now() - sinceMs >= quietMs ? { steady: last } : undefined;
    },
    { timeoutMs },
  ).then(({ steady }) => steady);
}
