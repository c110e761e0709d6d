/** Whether facts can be stored, judged by what became of the last attempts. */
export interface AppendHealth {
  stored(): void;
  failed(error: unknown): void;
  check(): { readonly ready: boolean; readonly detail?: string };
}

export interface AppendHealthOptions {
  /** How long a failure counts when nothing is written after it; then the next write is the test. */
  readonly failureCountsMs: number;
  readonly nowMs?: () => number;
}

/**
 * A database can answer every question while it stores nothing, as on a full disk: its readiness must not be asked by
 * reading alone. A failure is forgotten after a while, because a server that nobody sends work to could not show
 * that it is well again.
 */
export function createAppendHealth({
  failureCountsMs,
  nowMs = () => performance.now(),
}: AppendHealthOptions): AppendHealth {
  let failure: { readonly atMs: number; readonly reason: string } | undefined;
  return {
    stored() {
      failure = undefined;
    },
    failed(error) {
      failure = { atMs: nowMs(), reason: error instanceof Error ? error.message : String(error) };
    },
    check() {
      if (failure === undefined || nowMs() - failure.atMs > failureCountsMs) return { ready: true };
      return { ready: false, detail: `the last append was not stored: ${failure.reason}` };
    },
  };
}
