/**
 * Route-flap damping for what an agent reports: turns a stream of observed states into statements worth keeping.
 *
 * - A new state is stated at once (leading edge); what follows within a burst is gathered into one statement.
 * - A state that keeps returning to ones it had recently becomes one episode, restated at doubling intervals and
 *   once more, `settled`, when it has held.
 * - Nothing is lost: each change is counted in exactly one place (a statement's `changes`, or its episode's), and
 *   after settling the last statement is about the last observed state.
 *
 * Pure: time comes in; `dueAt` says when `elapse` wants to be called. Being called late only makes bursts longer.
 */
export interface Damping {
  /** Last observed state; empty before the first observation. */
  readonly current: string;
  /** States of late, the newest last. */
  readonly recent: readonly RecentState[];
  /** Open while a burst is gathered. */
  readonly gathering: Gathering | null;
  /** How often of late a statement was a return. */
  readonly returns: number;
  readonly lastChangeMs: number;
  readonly episode: Episode | null;
  /** Episodes of late: each makes the next one harder to leave. */
  readonly episodes: number;
}

export interface RecentState {
  readonly digest: string;
  readonly atMs: number;
}

interface Gathering {
  readonly sinceMs: number;
  readonly lastMs: number;
  /** Not yet stated. */
  readonly changes: number;
}

export interface Episode {
  readonly sinceMs: number;
  /** Since `sinceMs`, the first one included. */
  readonly changes: number;
  readonly statedMs: number;
  readonly statedChanges: number;
}

export type Statement =
  | { readonly kind: 'changed'; readonly changes: number }
  | {
      readonly kind: 'flapping';
      readonly sinceMs: number;
      readonly untilMs: number;
      readonly changes: number;
      readonly settled: boolean;
    };

/** What came of an observation. A statement is always about `damping.current`. */
export interface Damped {
  readonly damping: Damping;
  readonly statement: Statement | null;
  /** True when the observed change waits for the end of its burst. */
  readonly held: boolean;
}

/** What a fold of past statements knows: enough to go on after a restart. */
export interface StatedStates {
  readonly digest: string;
  /** Newest last, `digest` included. */
  readonly recent: readonly string[];
  /** An episode that was not settled when last stated. */
  readonly episode: { readonly sinceMs: number; readonly untilMs: number; readonly changes: number } | null;
}

const QUIET_MS = 100;
const LONGEST_BURST_MS = 250;
const RECENT_STATES = 6;
/** A state seen longer ago is new again, and an agent this long at rest starts with a clean slate. */
const MEMORY_MS = 30 * 60_000;
const RETURNS_BEFORE_FLAPPING = 4;
const FIRST_RESTATEMENT_MS = 60_000;
const SETTLE_MS = 10_000;
const PATIENCE_GROWTH = 3;
const LONGEST_SETTLE_MS = 60 * 60_000;

export const nothingStated: StatedStates = { digest: '', recent: [], episode: null };

/** The machine as a fold of past statements left it. Times of past states are unknown: only an open episode counts on. */
export function resumeDamping(stated: StatedStates, atMs: number): Damping {
  const { episode } = stated;
  const seenMs = episode ? atMs : Number.NEGATIVE_INFINITY;
  return {
    current: stated.digest,
    recent: stated.recent.map((digest) => ({ digest, atMs: seenMs })),
    gathering: null,
    returns: 0,
    lastChangeMs: seenMs,
    episode: episode && {
      sinceMs: episode.sinceMs,
      changes: episode.changes,
      statedMs: Math.max(episode.sinceMs, episode.untilMs),
      statedChanges: episode.changes,
    },
    episodes: episode ? 1 : 0,
  };
}

/** `recent` with one more state, as {@link StatedStates} keeps it. */
export function withRecent(recent: readonly string[], digest: string): readonly string[] {
  return [...recent.filter((known) => known !== digest), digest].slice(-RECENT_STATES);
}

/** `leading: false`: a change is never stated at once but waits for the end of its burst: for states that are often undone at once. */
export interface ObserveOptions {
  readonly leading: boolean;
  /** False where every new state is worth a statement of its own, however fast they come. Default true. */
  readonly gather?: boolean;
}

/** Takes in an observed state. */
export function observe(
  damping: Damping,
  digest: string,
  atMs: number,
  options: ObserveOptions = { leading: true },
): Damped {
  if (digest === damping.current) return { damping, statement: null, held: false };
  const known = isRecent(damping, digest, atMs);
  const changed = noteChange(damping, digest, atMs);
  if (changed.episode && known) return { damping: countInEpisode(changed), statement: null, held: false };
  const open = damping.gathering && !hasEnded(damping.gathering, atMs) ? damping.gathering : null;
  if (open || (damping.gathering && damping.gathering.changes > 0)) {
    const { sinceMs, changes } = damping.gathering as Gathering;
    return held({ ...changed, gathering: { sinceMs, lastMs: atMs, changes: changes + 1 } });
  }
  if (!options.leading) return held({ ...changed, gathering: { sinceMs: atMs, lastMs: atMs, changes: 1 } });
  const gathering = options.gather === false ? null : { sinceMs: atMs, lastMs: atMs, changes: 0 };
  return state({ ...changed, gathering }, { changes: 1, known, atMs });
}

/** Lets time pass: closes bursts, restates and settles episodes. Call again while `dueAt` is in the past. */
export function elapse(damping: Damping, atMs: number): Damped {
  const { gathering, episode } = damping;
  if (gathering && hasEnded(gathering, atMs)) {
    if (gathering.changes === 0)
      return { damping: { ...damping, gathering: null }, statement: null, held: false };
    const known = isRecent(damping, damping.current, atMs);
    // The next burst is open at once: a steady stream of changes is gathered, not led, each time.
    const next = { ...damping, gathering: { sinceMs: atMs, lastMs: atMs, changes: 0 } };
    return state(next, { changes: gathering.changes, known, atMs });
  }
  if (!episode) return { damping, statement: null, held: false };
  if (atMs >= settleDueMs(damping)) {
    const rested = { ...damping, episode: null, returns: RETURNS_BEFORE_FLAPPING - 1 };
    return { damping: rested, statement: flapping(damping, episode, true), held: false };
  }
  if (episode.changes > episode.statedChanges && atMs >= restateDueMs(damping, episode)) {
    const restated = { ...episode, statedMs: atMs, statedChanges: episode.changes };
    return {
      damping: { ...damping, episode: restated },
      statement: flapping(damping, episode, false),
      held: false,
    };
  }
  return { damping, statement: null, held: false };
}

/** When `elapse` has something to do, in the caller's clock; null while nothing is pending. */
export function dueAt(damping: Damping): number | null {
  const { gathering, episode } = damping;
  if (gathering) return Math.min(gathering.lastMs + QUIET_MS, gathering.sinceMs + LONGEST_BURST_MS);
  if (!episode) return null;
  const settle = settleDueMs(damping);
  return episode.changes > episode.statedChanges ? Math.min(settle, restateDueMs(damping, episode)) : settle;
}

function held(damping: Damping): Damped {
  return { damping, statement: null, held: true };
}

function hasEnded(gathering: Gathering, atMs: number): boolean {
  return atMs >= gathering.lastMs + QUIET_MS || atMs >= gathering.sinceMs + LONGEST_BURST_MS;
}

function isRecent(damping: Damping, digest: string, atMs: number): boolean {
  return damping.recent.some((known) => known.digest === digest && atMs - known.atMs <= MEMORY_MS);
}

function noteChange(damping: Damping, digest: string, atMs: number): Damping {
  const rested = atMs - damping.lastChangeMs > MEMORY_MS;
  // The state that is left was had until now, however long ago it was entered.
  const recent = damping.recent.map((known) =>
    known.digest === damping.current ? { ...known, atMs } : known,
  );
  return {
    ...damping,
    current: digest,
    recent,
    returns: rested ? 0 : damping.returns,
    episodes: rested ? 0 : damping.episodes,
    lastChangeMs: atMs,
  };
}

function countInEpisode(damping: Damping): Damping {
  const episode = damping.episode as Episode;
  const gathered = damping.gathering?.changes ?? 0;
  return { ...damping, gathering: null, episode: { ...episode, changes: episode.changes + gathered + 1 } };
}

function state(
  damping: Damping,
  { changes, known, atMs }: { changes: number; known: boolean; atMs: number },
): Damped {
  const stated = { ...damping, recent: remember(damping.recent, damping.current, atMs) };
  if (!known || damping.episode)
    return { damping: stated, statement: { kind: 'changed', changes }, held: false };
  const returns = damping.returns + 1;
  if (returns < RETURNS_BEFORE_FLAPPING)
    return { damping: { ...stated, returns }, statement: { kind: 'changed', changes }, held: false };
  const episode: Episode = { sinceMs: atMs, changes, statedMs: atMs, statedChanges: changes };
  return {
    damping: { ...stated, returns, episode, episodes: damping.episodes + 1 },
    statement: flapping(stated, episode, false),
    held: false,
  };
}

function remember(recent: readonly RecentState[], digest: string, atMs: number): readonly RecentState[] {
  return [...recent.filter((known) => known.digest !== digest), { digest, atMs }].slice(-RECENT_STATES);
}

function flapping(damping: Damping, episode: Episode, settled: boolean): Statement {
  const { sinceMs, changes } = episode;
  return { kind: 'flapping', sinceMs, untilMs: damping.lastChangeMs, changes, settled };
}

/** Doubling: as long again as the episode had lasted when it was last stated. */
function restateDueMs(damping: Damping, episode: Episode): number {
  const lastedMs = episode.statedMs - episode.sinceMs;
  return episode.statedMs + Math.max(FIRST_RESTATEMENT_MS, patienceMs(damping), lastedMs);
}

function settleDueMs(damping: Damping): number {
  return damping.lastChangeMs + patienceMs(damping);
}

/**
 * How long a state is to hold before it is taken for the last one: not long, so that what was done in a hurry is told soon
 * after. Longer with each episode of late, so that what settles again and again comes to be one episode.
 */
function patienceMs({ episodes }: Damping): number {
  return Math.min(LONGEST_SETTLE_MS, SETTLE_MS * PATIENCE_GROWTH ** Math.max(0, episodes - 1));
}
