import type { SigningKey } from '@ampora/api-contract';
import type { Look } from '#lib/status/tone.ts';

export const keyLooks: Record<SigningKey['state'], Look> = {
  active: { word: 'Signs', tone: 'good', icon: 'key', explain: 'New roots are signed with it.' },
  retired: {
    word: 'Retired',
    tone: 'quiet',
    icon: 'archive',
    explain: 'Signs no more; what it has signed stays valid.',
  },
};
