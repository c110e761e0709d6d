import type { ReplayedStep } from '@ampora/replay';

/** A step that people, not agents, made. */
export function isChange({ event }: Pick<ReplayedStep, 'event'>): boolean {
  return /^(?:Agent|Fleet)Configuration|^Configuration(?!NameReserved)|^Tenant|^Retention|Policy/.test(
    event.type,
  );
}

export type Move =
  'next' | 'previous' | 'next-change' | 'previous-change' | 'next-difference' | 'first' | 'last';

/** Where a move leads from a place among the steps; the same place when there is nothing there. */
export function placeAfter(move: Move, place: number, steps: readonly ReplayedStep[]): number {
  const last = Math.max(0, steps.length - 1);
  const ahead = (matches: (step: ReplayedStep) => boolean): number => {
    const found = steps.findIndex((step, index) => index > place && matches(step));
    return found < 0 ? place : found;
  };
  switch (move) {
    case 'next':
      return Math.min(last, place + 1);
    case 'previous':
      return Math.max(0, place - 1);
    case 'next-change':
      return ahead(isChange);
    case 'previous-change': {
      const found = steps.findLastIndex((step, index) => index < place && isChange(step));
      return found < 0 ? place : found;
    }
    case 'next-difference':
      return ahead(({ verdict }) => verdict === 'different');
    case 'first':
      return 0;
    case 'last':
      return last;
  }
}

/** The step at a position, or the last one before it. */
export function placeOf(position: bigint, steps: readonly ReplayedStep[]): number {
  return Math.max(
    0,
    steps.findLastIndex(({ event }) => event.position <= position),
  );
}
