import type { ComponentHealth } from '../messages/agent-to-server.ts';
import { EmptyRecord } from '../messages/empty.ts';
import type { PlainComponentHealth } from '../to-plain/component-health.ts';
import { attributesFromPlain } from './attributes.ts';

/** The reverse of componentHealthToPlain. Times must be decimal text. */
export function componentHealthFromPlain(plain: PlainComponentHealth): ComponentHealth {
  const componentHealthMap: Record<string, ComponentHealth> = new EmptyRecord();
  for (const [name, component] of Object.entries(plain.components)) {
    componentHealthMap[name] = componentHealthFromPlain(component);
  }
  return {
    healthy: plain.healthy,
    startTimeUnixNano: BigInt(plain.startTimeUnixNano),
    lastError: plain.lastError,
    status: plain.status,
    statusTimeUnixNano: BigInt(plain.statusTimeUnixNano),
    componentHealthMap,
    attributes: attributesFromPlain(plain.attributes),
  };
}
