import { canonicalJson } from '@ampora/domain';
import { type AvailableComponents, availableComponentsToPlain } from '@ampora/opamp-protocol';
import { boundedHash } from './remote-config-status.ts';

export interface ComponentsReport {
  readonly componentsHash: string;
  /** The full list as canonical JSON; absent when only its hash was sent. */
  readonly list?: Uint8Array;
}

export function readAvailableComponents(available: AvailableComponents): ComponentsReport {
  const plain = availableComponentsToPlain(available);
  const componentsHash = boundedHash(plain.hash);
  if (Object.keys(plain.components).length === 0) return { componentsHash };
  return { componentsHash, list: Buffer.from(canonicalJson(plain.components as never), 'utf8') };
}
