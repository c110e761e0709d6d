import type { GroupMode } from '@ampora/api-contract';
import type { Look } from '#lib/status/tone.ts';

/** How groups find their members. */
export const modeLooks: Record<GroupMode, Look> = {
  static: {
    word: 'Static',
    tone: 'quiet',
    icon: 'pencil',
    explain: 'Members are chosen by hand.',
  },
  dynamic: {
    word: 'Dynamic',
    tone: 'busy',
    icon: 'filter',
    explain: 'A selector says who belongs to it; agents come and go by themselves.',
  },
};
