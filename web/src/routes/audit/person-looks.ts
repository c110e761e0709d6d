import type { Look } from '#lib/status/tone.ts';

export const personLooks: Record<'known' | 'forgotten', Look> = {
  known: { word: 'Known', tone: 'good', icon: 'key', explain: 'Name and addresses can be read.' },
  forgotten: {
    word: 'Forgotten',
    tone: 'quiet',
    icon: 'trash',
    explain: 'The key is destroyed: a pseudonym is all that is left.',
  },
};
