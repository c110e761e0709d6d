import { bytesToHex } from '../bytes-text.ts';
import type { AvailableComponents, ComponentDetails } from '../messages/agent-to-server.ts';
import { attributesToPlain, type PlainValue } from './attributes.ts';
import { toPlainRecord } from './plain-record.ts';

export interface PlainComponentDetails {
  readonly metadata: Record<string, PlainValue>;
  readonly components: Record<string, PlainComponentDetails>;
}

export interface PlainAvailableComponents {
  /** Hexadecimal, made by the agent; empty if it sent none. */
  readonly hash: string;
  /** Empty when the agent has sent only the hash. */
  readonly components: Record<string, PlainComponentDetails>;
}

export function availableComponentsToPlain(available: AvailableComponents): PlainAvailableComponents {
  return {
    hash: bytesToHex(available.hash),
    components: toPlainRecord(available.components, detailsToPlain),
  };
}

function detailsToPlain(details: ComponentDetails): PlainComponentDetails {
  return {
    metadata: attributesToPlain(details.metadata),
    components: toPlainRecord(details.subComponentMap, detailsToPlain),
  };
}
