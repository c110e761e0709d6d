import type { PlanOp } from '@ampora/api-contract';
import type { Look } from '#lib/status/tone.ts';

/** How a planned change is shown; word and sign together, so that colour is never alone. */
export const opLooks: Record<PlanOp, Look> = {
  '+': { word: 'to add', tone: 'good', icon: 'plus', explain: 'Was not there before' },
  '~': { word: 'to change', tone: 'warn', icon: 'pencil', explain: 'Was there, and becomes another' },
  '-': { word: 'to remove', tone: 'bad', icon: 'minus', explain: 'Will not be there any more' },
};
