import type { Position } from '@ampora/kernel';

/** Where each serving projection stands, by name. */
export type ReadPositions = () => Promise<ReadonlyMap<string, Position>>;

export interface PositionWaiter {
  /**
   * Resolves true when the named projections (default: all that serve) have reached `position`, false when `timeoutMs`
   * passed first.
   */
  waitFor(position: Position, timeoutMs: number, names?: readonly string[]): Promise<boolean>;
  /** Looks at once instead of at the next poll: call it when rows were committed in this process. */
  nudge(): void;
}

interface Waiting {
  readonly position: Position;
  readonly names: readonly string[] | undefined;
  readonly done: (reached: boolean) => void;
}

/** One poll serves all who wait, so that a thousand readers cost what one does. */
export function createPositionWaiter(readPositions: ReadPositions, pollMs = 20): PositionWaiter {
  const waiting = new Set<Waiting>();
  let looking = false;
  let again = false;
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    clearTimeout(timer);
    try {
      const positions = await readPositions();
      for (const one of waiting) if (hasReached(positions, one)) one.done(true);
    } catch {
      // The database is away: those who wait are told by their time-out.
    } finally {
      looking = false;
    }
    if (waiting.size === 0) return;
    if (again) {
      again = false;
      void look();
      return;
    }
    timer = setTimeout(() => void look(), pollMs);
  }

  return {
    waitFor(position, timeoutMs, names) {
      return new Promise((resolve) => {
        const deadline = setTimeout(() => one.done(false), timeoutMs);
        const one: Waiting = {
          position,
          names,
          done(reached) {
            clearTimeout(deadline);
            waiting.delete(one);
            resolve(reached);
          },
        };
        waiting.add(one);
        void look();
      });
    },
    nudge() {
      if (waiting.size > 0) void look();
    },
  };
}

function hasReached(positions: ReadonlyMap<string, Position>, { position, names }: Waiting): boolean {
  const relevant = names ? names.map((name) => positions.get(name)) : [...positions.values()];
  return relevant.length > 0 && relevant.every((at) => at !== undefined && at >= position);
}
