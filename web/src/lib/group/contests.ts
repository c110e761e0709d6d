import type { GroupPreview, GroupRow } from '@ampora/api-contract';

/** Two groups that want the same agents, and which of them has these. */
export interface Contest {
  readonly key: string;
  readonly winner: { readonly id: string; readonly name: string };
  readonly loser: { readonly id: string; readonly name: string };
  readonly agents: number;
  /** Those that have them were chosen by hand, so that no selector takes them away. */
  readonly byHand: boolean;
}

/** The contests that the previews of living groups tell of; each pair once, those about most agents first. */
export function contestsIn(
  previews: readonly { readonly group: GroupRow; readonly preview: GroupPreview }[],
): readonly Contest[] {
  const found = new Map<string, Contest>();
  for (const { group, preview } of previews) {
    for (const other of preview.contested) {
      const self = { id: group.id, name: group.name };
      const rival = { id: other.groupId, name: other.name };
      const [winner, loser] = other.wins ? [rival, self] : [self, rival];
      const key = `${winner.id} ${loser.id}`;
      const known = found.get(key);
      if (known !== undefined && known.agents >= other.agents) continue;
      found.set(key, {
        key,
        winner,
        loser,
        agents: other.agents,
        byHand: other.wins && other.mode === 'static',
      });
    }
  }
  return [...found.values()].toSorted((left, right) => right.agents - left.agents);
}
