import { bytesFromHex } from '../bytes-text.ts';
import type { AvailableComponents, ComponentDetails } from '../messages/agent-to-server.ts';
import { EmptyRecord } from '../messages/empty.ts';
import type { PlainAvailableComponents, PlainComponentDetails } from '../to-plain/available-components.ts';
import { attributesFromPlain } from './attributes.ts';

/** The reverse of availableComponentsToPlain. Throws SyntaxError when the hash is not hexadecimal. */
export function availableComponentsFromPlain(plain: PlainAvailableComponents): AvailableComponents {
  return { components: detailsFromPlain(plain.components), hash: bytesFromHex(plain.hash) };
}

function detailsFromPlain(
  components: Readonly<Record<string, PlainComponentDetails>>,
): Record<string, ComponentDetails> {
  const details: Record<string, ComponentDetails> = new EmptyRecord();
  for (const [name, component] of Object.entries(components)) {
    details[name] = {
      metadata: attributesFromPlain(component.metadata),
      subComponentMap: detailsFromPlain(component.components),
    };
  }
  return details;
}
