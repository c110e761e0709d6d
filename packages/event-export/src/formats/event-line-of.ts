import { eventLine, scavengedMark } from '@ampora/proof';
import type { Selected } from '../selection/select-events.ts';

/** The event's line; `undefined` for one whose body was scavenged: nothing is left to write. */
export function eventLineOf({ event, sequence }: Selected): string | undefined {
  return scavengedMark(event) ? undefined : eventLine(event, sequence, event.dataText);
}
