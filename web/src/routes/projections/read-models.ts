import type { ProjectionAction, ProjectionRow } from '@ampora/api-contract';

/** The part that a build of a read model plays beside the others of its name. */
export type Part = 'serving' | 'growing' | 'former';

export interface Build {
  readonly row: ProjectionRow;
  readonly part: Part;
}

/** One read model: what serves, what grows beside it, and what served before. */
export interface ReadModel {
  readonly name: string;
  readonly builds: readonly Build[];
  /** Versions whose tables are gone. */
  readonly retired: readonly ProjectionRow[];
}

export const buildKey = ({ name, version, slot }: ProjectionRow): string => `${name}:${version}:${slot}`;

const partOrder: Record<Part, number> = { serving: 0, growing: 1, former: 2 };

/** Gathers rows by name: what needs a person first, then by name. */
export function gather(rows: readonly ProjectionRow[]): ReadModel[] {
  const names = [...new Set(rows.map(({ name }) => name))].sort();
  const models = names.map((name): ReadModel => {
    const own = rows.filter((row) => row.name === name);
    const present = own.filter(({ state }) => state !== 'retired');
    const serving = servingOf(present);
    const builds = present
      .map((row): Build => ({ row, part: partOf(row, serving) }))
      .sort((a, b) => partOrder[a.part] - partOrder[b.part] || b.row.version - a.row.version);
    return { name, builds, retired: own.filter(({ state }) => state === 'retired') };
  });
  const urgency = ({ builds }: ReadModel) => (builds.some(({ row }) => row.state === 'failed') ? 0 : 1);
  return models.sort((a, b) => urgency(a) - urgency(b));
}

/** What reads come from. One that stopped still answers them, with what it had. */
function servingOf(rows: readonly ProjectionRow[]): ProjectionRow | undefined {
  const serving = rows.find(({ state }) => state === 'serving');
  if (serving !== undefined) return serving;
  const lowest = rows.filter(({ slot }) => slot === 'live').sort((a, b) => a.version - b.version)[0];
  return lowest?.state === 'failed' || rows.length > 1 ? lowest : undefined;
}

function partOf(row: ProjectionRow, serving: ProjectionRow | undefined): Part {
  if (row === serving) return 'serving';
  return serving !== undefined && row.slot === 'live' && row.version < serving.version ? 'former' : 'growing';
}

/** What each part can be asked for at some time, in the order of the buttons. */
export const actionsOfPart: Record<Part, readonly ProjectionAction[]> = {
  serving: ['retry', 'rebuild', 'resume', 'pause'],
  growing: ['retry', 'resume', 'pause', 'compare', 'switch', 'cancel', 'retire'],
  former: ['compare', 'switch', 'retire'],
};

/** Shown even when they are not allowed, with the reason: what an operator would look for here. */
const expected: Record<Part, readonly ProjectionAction[]> = {
  serving: ['rebuild'],
  growing: ['compare', 'switch'],
  former: ['retire'],
};

export interface Offer {
  readonly action: ProjectionAction;
  /** Why it cannot be done now; null when it can. */
  readonly refusal: string | null;
}

/** The buttons of a build. */
export function offersOf({ row, part }: Build): Offer[] {
  const known = actionsOfPart[part];
  const others = row.actions.filter((action) => !known.includes(action));
  return [...known, ...others]
    .filter((action) => row.actions.includes(action) || expected[part].includes(action))
    .map((action) => ({ action, refusal: row.actions.includes(action) ? null : refusalOf(row, action) }));
}

function refusalOf(row: ProjectionRow, action: ProjectionAction): string {
  if (row.pending !== null) return `It was asked to ${row.pending}, and that has not begun yet.`;
  if (row.paused && action !== 'rebuild') return 'It rests. Resume it first.';
  if (row.state === 'failed' && action !== 'rebuild') return 'It stopped. See what it says, then retry.';
  switch (action) {
    case 'compare':
    case 'switch':
      return row.comparison?.state === 'running'
        ? 'It is being compared.'
        : 'It has not caught up with the log yet.';
    case 'rebuild':
      return 'It is being built already.';
    case 'retire':
      return 'Reads may still come from it.';
    default:
      return 'Not now.';
  }
}

/** Whether anything moves, so that the page should look again soon. */
export function isBusy(rows: readonly ProjectionRow[]): boolean {
  return rows.some(
    ({ state, pending, comparison }) =>
      state === 'building' || pending !== null || comparison?.state === 'running',
  );
}

/** The page in one sentence. */
export function standing(models: readonly ReadModel[]): {
  readonly failed: number;
  readonly building: number;
  readonly behind: number;
} {
  const builds = models.flatMap((model) => model.builds);
  return {
    failed: builds.filter(({ row }) => row.state === 'failed').length,
    building: builds.filter(({ part, row }) => part === 'growing' && row.state === 'building').length,
    behind: builds.filter(({ part, row }) => part === 'serving' && (row.lagSeconds ?? 0) >= 5).length,
  };
}
