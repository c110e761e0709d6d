import type { IconName } from '#lib/ui/icon/icons.ts';

/** What a state means for whoever looks: the colour follows from it, never the other way round. */
export type Tone = 'good' | 'bad' | 'warn' | 'busy' | 'odd' | 'quiet';

/** How a state is shown everywhere: word, tone and icon together, so that colour is never alone. */
export interface Look {
  readonly word: string;
  readonly tone: Tone;
  readonly icon: IconName;
  /** One sentence for a hover or a legend. */
  readonly explain: string;
}
