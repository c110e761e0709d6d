import type { Attribute } from '@ampora/catalogue';
import { type AgentCommand, meaningOfDescription } from '@ampora/domain';
import { type AgentDescription, attributesToPlain, type KeyValue } from '@ampora/opamp-protocol';
import { digestOf } from './digest.ts';

export function readAgentDescription(description: AgentDescription): AgentCommand {
  const identifying = toAttributes(description.identifyingAttributes);
  const nonIdentifying = toAttributes(description.nonIdentifyingAttributes);
  const digest = digestOf(meaningOfDescription(identifying, nonIdentifying));
  return { type: 'record-description', digest, identifying, nonIdentifying };
}

function toAttributes(attributes: readonly KeyValue[]): Attribute[] {
  return Object.entries(attributesToPlain(attributes)).map(([key, value]) => ({ key, value }));
}
