import type { BisectSuspect } from '@ampora/api-contract';
import type { Look } from '#lib/status/tone.ts';

export const natureLooks: Record<BisectSuspect['nature'], Look> = {
  act: { word: 'Done to it', tone: 'odd', icon: 'target', explain: 'Somebody did this to the agent.' },
  report: {
    word: 'Shown by it',
    tone: 'quiet',
    icon: 'send',
    explain: 'The agent showed this of itself: it may be a cause, or a sign.',
  },
};
