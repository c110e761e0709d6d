import type { ComponentHealth } from '../messages/agent-to-server.ts';
import { attributesToPlain, type PlainValue } from './attributes.ts';
import { toPlainRecord } from './plain-record.ts';
import { toPlainText } from './plain-text.ts';

/** A health tree for JSON. Times are decimal text: nanoseconds since the Unix epoch, "0" for none. */
export interface PlainComponentHealth {
  readonly healthy: boolean;
  readonly startTimeUnixNano: string;
  readonly lastError: string;
  readonly status: string;
  readonly statusTimeUnixNano: string;
  readonly attributes: Record<string, PlainValue>;
  readonly components: Record<string, PlainComponentHealth>;
}

/** As deep as the decode limits allow. */
export function componentHealthToPlain(health: ComponentHealth): PlainComponentHealth {
  return {
    healthy: health.healthy,
    startTimeUnixNano: health.startTimeUnixNano.toString(),
    lastError: toPlainText(health.lastError),
    status: toPlainText(health.status),
    statusTimeUnixNano: health.statusTimeUnixNano.toString(),
    attributes: attributesToPlain(health.attributes),
    components: toPlainRecord(health.componentHealthMap, componentHealthToPlain),
  };
}
