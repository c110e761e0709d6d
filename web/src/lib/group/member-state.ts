import type { GroupRow } from '@ampora/api-contract';
import type { Tone } from '#lib/status/tone.ts';

interface Part {
  readonly word: string;
  readonly tone: Tone;
  readonly count: number;
}

/** Members of a group as parts of one whole, for a bar: what is wrong stands out, who is away is pale. */
export function memberState(group: Pick<GroupRow, 'members' | 'connected' | 'healthy'>): readonly Part[] {
  const { members, connected } = group;
  // Who left while healthy is still counted as healthy: a bar must not be longer than its members.
  const healthy = Math.min(group.healthy, connected);
  return [
    { word: 'healthy', tone: 'good', count: healthy },
    { word: 'connected, not healthy', tone: 'bad', count: connected - healthy },
    { word: 'offline', tone: 'quiet', count: members - connected },
  ];
}

/** The same in a sentence. */
export function memberWords(group: Pick<GroupRow, 'members' | 'connected' | 'healthy'>): string {
  return memberState(group)
    .filter(({ count }) => count > 0)
    .map(({ count, word }) => `${count} ${word}`)
    .join(', ');
}
