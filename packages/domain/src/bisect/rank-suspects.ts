import type { Position } from '@ampora/kernel';

export interface BisectGroups {
  /** Agents that went from healthy to unhealthy between the two moments, and stayed so. */
  readonly affected: number;
  /** Agents that were not unhealthy at the first moment and are healthy at the second. */
  readonly unaffected: number;
}

/**
 * One change that touched the agent in question before it fell ill, and how many others the same change touched: the
 * affected before their own turn, the unaffected at any time between the two moments.
 */
export interface Suspect {
  /** Equal keys, same change: the same configuration given, the same version installed. */
  readonly key: string;
  readonly nature: SuspectNature;
  /** Where it touched the agent in question. */
  readonly position: Position;
  readonly touchedAffected: number;
  readonly touchedUnaffected: number;
  /** Of those, the agents in which it came soon after an act, as a consequence of that act would. */
  readonly followingAffected: number;
  readonly followingUnaffected: number;
  /** From the touch to the turn, over the affected; null when it touched none of them. */
  readonly medianLagMs: number | null;
}

/** An `act` is what a person or the server did to the agent; a `report` is what the agent showed of itself. */
export type SuspectNature = 'act' | 'report';

export interface RankedSuspect extends Suspect {
  /**
   * From 0 to below 1: of the agents that it touched or that fell ill, the share of which both is true, with one agent
   * more in the balance against it, so that a single case is never near certainty. Touches that follow an act count for
   * the act, not for what followed.
   */
  readonly score: number;
  /** One sentence for people. */
  readonly reason: string;
}

/** The most likely cause first. Equal scores: acts before reports, then what came closer to the turn, then the later. */
export function rankSuspects(suspects: readonly Suspect[], groups: BisectGroups): readonly RankedSuspect[] {
  return suspects
    .map((suspect) => ({ ...suspect, score: scoreOf(suspect, groups), reason: reasonFor(suspect, groups) }))
    .sort(byLikelihood);
}

/** Whether the first stands out: it explains something, and the second clearly less. */
export function isClear([first, second]: readonly Pick<RankedSuspect, 'score'>[]): boolean {
  if (!first || first.score < EXPLAINS_NOTHING) return false;
  return !second || second.score <= first.score * CLEARLY_LESS;
}

const CLEARLY_LESS = 0.8;
/** One in twenty of those who fell ill. */
const EXPLAINS_NOTHING = 0.05;
const DOUBT = 1;

function scoreOf(suspect: Suspect, { affected }: BisectGroups): number {
  const hits = suspect.touchedAffected - suspect.followingAffected;
  const misses = suspect.touchedUnaffected - suspect.followingUnaffected;
  const score = hits / (affected + misses + DOUBT);
  return Math.round(score * 10_000) / 10_000;
}

function byLikelihood(left: RankedSuspect, right: RankedSuspect): number {
  if (left.score !== right.score) return right.score - left.score;
  if (left.nature !== right.nature) return left.nature === 'act' ? -1 : 1;
  const [leftLag, rightLag] = [left.medianLagMs ?? Infinity, right.medianLagMs ?? Infinity];
  if (leftLag !== rightLag) return leftLag - rightLag;
  return left.position < right.position ? 1 : -1;
}

function reasonFor(suspect: Suspect, { affected, unaffected }: BisectGroups): string {
  const { touchedAffected, touchedUnaffected, followingAffected, medianLagMs } = suspect;
  const hit = outOf(touchedAffected, affected, 'fell ill');
  const missed = unaffected === 0 ? '' : ` and ${outOf(touchedUnaffected, unaffected, 'stayed healthy')}`;
  const lag = medianLagMs === null ? '' : `; from it to the turn: ${lasting(medianLagMs)} (median)`;
  const follows =
    followingAffected === 0
      ? ''
      : `; in ${followingAffected} of those that fell ill it came right after an act, as a consequence would`;
  return `It touched ${hit}${missed}${lag}${follows}.`;
}

function outOf(count: number, total: number, what: string): string {
  if (total === 1) return `${count === 1 ? '' : 'not '}the one agent that ${what}`;
  if (count === total) return `all ${total} agents that ${what}`;
  return `${count === 0 ? 'none' : count} of the ${total} agents that ${what}`;
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

function lasting(ms: number): string {
  const unit = units.find(([, length]) => ms >= length);
  if (!unit) return 'less than a second';
  const count = Math.floor(ms / unit[1]);
  return `${count} ${unit[0]}${count === 1 ? '' : 's'}`;
}
