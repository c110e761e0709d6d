import type { Character } from './character.ts';
import { editsOwnConfig } from './edits-own-config.ts';
import { flaps } from './flaps.ts';
import { halfOpen } from './half-open.ts';
import { healthy } from './healthy.ts';
import { neverAnswers } from './never-answers.ts';
import { observer } from './observer.ts';
import { refusesConfig } from './refuses-config.ts';
import { restartsWithNewUid } from './restarts-with-new-uid.ts';
import { slowToApply } from './slow-to-apply.ts';

/** Every character by the name that people type. */
export const cast = {
  healthy,
  'slow-to-apply': slowToApply,
  'refuses-config': refusesConfig,
  'edits-own-config': editsOwnConfig,
  flaps,
  'half-open': halfOpen,
  'restarts-with-new-uid': restartsWithNewUid,
  'never-answers': neverAnswers,
  observer,
} as const satisfies Record<string, Character>;

export type CharacterName = keyof typeof cast;
export const characterNames = Object.keys(cast) as CharacterName[];

/** Parts of the fleet by character; any positive numbers, taken as proportions. */
export type CharacterMix = Readonly<Partial<Record<CharacterName, number>>>;

/**
 * Deals characters in proportion to their parts, spread evenly over the whole fleet.
 * Throws RangeError when no part is positive.
 */
export function dealCharacters(mix: CharacterMix, agents: number): CharacterName[] {
  const parts = Object.entries(mix).filter(([, part]) => part > 0) as [CharacterName, number][];
  const total = parts.reduce((sum, [, part]) => sum + part, 0);
  if (!(total > 0)) throw new RangeError('No character has a part: give at least one, such as healthy=1.');
  // Each seat goes to whoever is furthest behind its share: fair at the end, and all along the way.
  const dealt = new Map<CharacterName, number>();
  return Array.from({ length: agents }, (_, seat) => {
    let furthest: CharacterName | undefined;
    let most = Number.NEGATIVE_INFINITY;
    for (const [name, part] of parts) {
      const behind = (part / total) * (seat + 1) - (dealt.get(name) ?? 0);
      if (behind > most) [furthest, most] = [name, behind];
    }
    const name = furthest as CharacterName;
    dealt.set(name, (dealt.get(name) ?? 0) + 1);
    return name;
  });
}
