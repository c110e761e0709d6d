import type { Look } from '#lib/status/tone.ts';
import type { MeaningChange } from './text-work.ts';

/** How a difference in meaning is shown. */
export const changeLooks: Record<MeaningChange['kind'], Look> = {
  added: { word: 'Added', tone: 'good', icon: 'plus', explain: 'Only the later one has it' },
  removed: { word: 'Removed', tone: 'bad', icon: 'minus', explain: 'Only the earlier one has it' },
  modified: { word: 'Changed', tone: 'warn', icon: 'pencil', explain: 'Both have it, with other values' },
  moved: {
    word: 'Moved',
    tone: 'odd',
    icon: 'swap',
    explain: 'It stands in another place of an order that counts',
  },
};
