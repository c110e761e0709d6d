import type { ProjectionAction, ProjectionRow } from '@ampora/api-contract';
import type { Look } from '#lib/status/tone.ts';
import type { IconName } from '#lib/ui/icon/index.ts';
import type { Build, Part } from './read-models.ts';

const stateLooks: Record<ProjectionRow['state'], Look> = {
  serving: { word: 'Serving', tone: 'good', icon: 'check-circle', explain: 'Reads come from it.' },
  building: { word: 'Building', tone: 'busy', icon: 'hourglass', explain: 'Is made from the log.' },
  'caught-up': {
    word: 'Caught up',
    tone: 'busy',
    icon: 'check',
    explain: 'Has everything the log has, and follows it.',
  },
  failed: { word: 'Failed', tone: 'bad', icon: 'ban', explain: 'Stopped; it does not follow the log.' },
  retired: { word: 'Retired', tone: 'quiet', icon: 'archive', explain: 'Its tables are gone.' },
};

const resting: Look = { word: 'Resting', tone: 'warn', icon: 'pause', explain: 'Somebody let it rest.' };
const held: Look = {
  word: 'Ready, held',
  tone: 'warn',
  icon: 'lock',
  explain: 'Has caught up, and waits for the word to switch.',
};

const replaced: Look = {
  word: 'Replaced',
  tone: 'quiet',
  icon: 'history',
  explain: 'Another version serves. It can serve again, or be retired.',
};

export function lookOf({ row, part }: Build): Look {
  if (part === 'former' && row.state === 'caught-up') return replaced;
  if (row.paused && row.state === 'building') return resting;
  if (row.held && row.state === 'caught-up') return held;
  return stateLooks[row.state];
}

export const partWords: Record<Part, string> = {
  serving: 'Answers reads',
  growing: 'Grows beside it',
  former: 'Served before',
};

export const actionLooks: Record<
  ProjectionAction,
  { readonly word: string; readonly icon: IconName; readonly explain: string; readonly asks: boolean }
> = {
  rebuild: {
    word: 'Rebuild…',
    icon: 'retry',
    explain: 'Build it anew from the log, beside what serves.',
    asks: true,
  },
  pause: { word: 'Pause', icon: 'pause', explain: 'Let the build rest; it keeps what it has.', asks: false },
  resume: { word: 'Resume', icon: 'play', explain: 'Go on where it rested.', asks: false },
  cancel: { word: 'Cancel…', icon: 'stop', explain: 'Give it up and drop its tables.', asks: true },
  compare: {
    word: 'Compare',
    icon: 'compare',
    explain: 'Rows, checksums and differences, at one position.',
    asks: false,
  },
  switch: { word: 'Switch…', icon: 'swap', explain: 'Answer reads from it from now on.', asks: true },
  retire: { word: 'Retire…', icon: 'archive', explain: 'Drop its tables.', asks: true },
  retry: { word: 'Retry', icon: 'retry', explain: 'Go on with the event that it stopped at.', asks: false },
};
