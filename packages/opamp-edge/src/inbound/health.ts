import type { HealthNode } from '@ampora/catalogue';
import { meaningOfHealth } from '@ampora/domain';
import {
  componentHealthToPlain,
  type ComponentHealth,
  type PlainComponentHealth,
} from '@ampora/opamp-protocol';
import { boundedText, ERROR_LIMIT, STATUS_LIMIT } from './bounded-text.ts';
import { digestOf } from './digest.ts';

export interface HealthReport {
  readonly digest: string;
  readonly health: HealthNode;
}

export function readHealth(health: ComponentHealth): HealthReport {
  const node = toNode(componentHealthToPlain(health));
  return { digest: digestOf(meaningOfHealth(node)), health: node };
}

function toNode(plain: PlainComponentHealth): HealthNode {
  return {
    healthy: plain.healthy,
    status: boundedText(plain.status, STATUS_LIMIT),
    lastError: boundedText(plain.lastError, ERROR_LIMIT),
    startTimeUnixNano: plain.startTimeUnixNano,
    statusTimeUnixNano: plain.statusTimeUnixNano,
    components: Object.entries(plain.components).map(([name, child]) => ({ name, ...toNode(child) })),
  };
}
