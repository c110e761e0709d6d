import { bytesToBase64 } from '../bytes-text.ts';
import { EmptyRecord } from '../messages/empty.ts';
import type { AgentDescription } from '../messages/agent-to-server.ts';
import type { AnyValue, KeyValue } from '../messages/any-value.ts';
import { toPlainText } from './plain-text.ts';

/** A value that JSON can hold as it is. */
export type PlainValue = null | string | number | boolean | PlainValue[] | { [key: string]: PlainValue };

export interface PlainAgentDescription {
  readonly identifying: Record<string, PlainValue>;
  readonly nonIdentifying: Record<string, PlainValue>;
}

/**
 * An attribute value as JSON:
 *
 * | wire | plain |
 * | --- | --- |
 * | none set, or no value at all | null |
 * | string | string (U+0000 becomes U+FFFD) |
 * | bool | boolean |
 * | int | number; as decimal text beyond ±(2^53 - 1) |
 * | double | number; "NaN", "Infinity", "-Infinity" as text; -0 as 0 |
 * | bytes | `{ "base64": "…" }` |
 * | array | array |
 * | kvlist | object; the last of equal keys wins |
 */
export function anyValueToPlain(value: AnyValue | undefined): PlainValue {
  if (value === undefined) return null;
  if (value.stringValue !== undefined) return toPlainText(value.stringValue);
  if (value.boolValue !== undefined) return value.boolValue;
  if (value.intValue !== undefined) return integerToPlain(value.intValue);
  if (value.doubleValue !== undefined) return doubleToPlain(value.doubleValue);
  if (value.arrayValue !== undefined) return value.arrayValue.values.map(anyValueToPlain);
  if (value.kvlistValue !== undefined) return attributesToPlain(value.kvlistValue.values);
  if (value.bytesValue !== undefined) return { base64: bytesToBase64(value.bytesValue) };
  return null;
}

/** Attributes as one object that inherits nothing. The last of equal keys wins. */
export function attributesToPlain(attributes: readonly KeyValue[]): Record<string, PlainValue> {
  const plain: Record<string, PlainValue> = new EmptyRecord();
  for (const { key, value } of attributes) plain[toPlainText(key)] = anyValueToPlain(value);
  return plain;
}

export function agentDescriptionToPlain(description: AgentDescription): PlainAgentDescription {
  return {
    identifying: attributesToPlain(description.identifyingAttributes),
    nonIdentifying: attributesToPlain(description.nonIdentifyingAttributes),
  };
}

function integerToPlain(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

function doubleToPlain(value: number): number | string {
  if (!Number.isFinite(value)) return String(value);
  return value === 0 ? 0 : value;
}
