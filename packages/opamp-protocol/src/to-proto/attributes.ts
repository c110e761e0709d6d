import type { AgentDescription } from '../messages/agent-to-server.ts';
import type { AnyValue, KeyValue } from '../messages/any-value.ts';
import type { PlainAgentDescription, PlainValue } from '../to-plain/attributes.ts';

/** The reverse of anyValueToPlain for what JSON can tell apart: integers become int, other numbers double, text stays text. */
export function anyValueFromPlain(value: PlainValue): AnyValue {
  if (value === null) return {};
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? { intValue: BigInt(value) } : { doubleValue: value };
  }
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValueFromPlain) } };
  return { kvlistValue: { values: attributesFromPlain(value) } };
}

export function attributesFromPlain(attributes: Readonly<Record<string, PlainValue>>): KeyValue[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValueFromPlain(value) }));
}

export function agentDescriptionFromPlain(description: PlainAgentDescription): AgentDescription {
  return {
    identifyingAttributes: attributesFromPlain(description.identifying),
    nonIdentifyingAttributes: attributesFromPlain(description.nonIdentifying),
  };
}
