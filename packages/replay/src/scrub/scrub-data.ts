import type { JsonObject, JsonValue } from '@ampora/kernel';
import type { Pseudonyms } from './pseudonyms.ts';
import { scrubText, scrubWord } from './scrub-text.ts';

/** A body whose text was scrubbed: what it is called now, and how large it is. */
export interface ScrubbedBody {
  readonly contentHash: string;
  readonly sizeBytes: number;
}

export interface DataScrubbing {
  readonly pseudonyms: Pseudonyms;
  /** `undefined` for a body that is not among the events. */
  readonly bodyOf: (contentHash: string) => ScrubbedBody | undefined;
}

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const figures = /^\d{1,20}$/;

/** Values that the catalogue itself gives. */
const enumerated = new Set(
  `open websocket http goodbye closed silent shutdown refused requested collision gzip unset applied applying failed
   default`.split(/\s+/),
);

type Rule = (text: string, scrubbing: DataScrubbing) => string;

const enumeration: Rule = (text, { pseudonyms }) => (enumerated.has(text) ? text : pseudonyms.word(text));
const hash: Rule = (text, { pseudonyms }) => (text === '' ? '' : pseudonyms.hex(text));
const number: Rule = (text, { pseudonyms }) => (figures.test(text) ? text : pseudonyms.word(text));
const wholeName: Rule = (text, { pseudonyms }) => (text === '' ? '' : pseudonyms.word(text));

/** By the name of the field, whatever the event; a text under any other name is scrubbed word by word. */
const rules: Readonly<Record<string, Rule>> = {
  contentHash: (text, { bodyOf, pseudonyms }) => bodyOf(text)?.contentHash ?? pseudonyms.hex(text),
  configHash: hash,
  settingsHash: hash,
  componentsHash: hash,
  allPackagesHash: hash,
  agentHasHash: hash,
  serverOfferedHash: hash,
  digest: (text, { pseudonyms }) => (text === '' ? '' : pseudonyms.digest(text)),
  enrolment: enumeration,
  transport: enumeration,
  reason: enumeration,
  cause: enumeration,
  encoding: enumeration,
  tenant: enumeration,
  startTimeUnixNano: number,
  statusTimeUnixNano: number,
  edgeInstance: wholeName,
};

/** Of these events the name is a person's choice as a whole. */
const namedByPeople = new Set(['ConfigurationCreated', 'ConfigurationNameReserved']);

export function scrubData(type: string, data: JsonObject, scrubbing: DataScrubbing): JsonObject {
  const scrubbed = scrubObject(data, scrubbing, false);
  if (namedByPeople.has(type) && typeof data['name'] === 'string')
    return { ...scrubbed, name: scrubbing.pseudonyms.word(data['name']) };
  if (type === 'AgentCapabilitiesReported' && typeof data['capabilities'] === 'string')
    return { ...scrubbed, capabilities: number(data['capabilities'], scrubbing) };
  return scrubbed;
}

function scrubObject(data: JsonObject, scrubbing: DataScrubbing, isAttribute: boolean): JsonObject {
  const { bodyOf, pseudonyms } = scrubbing;
  // An OpAMP attribute: both its key and its value are the agent's.
  const isPair = typeof data['key'] === 'string' && 'value' in data;
  const entries = Object.entries(data).map(([name, value]): [string, JsonValue] => {
    if (isPair && name === 'key') return [name, scrubWord(String(value), pseudonyms)];
    if (isPair && name === 'value') return [name, scrubValue(value, scrubbing, '', true)];
    if (isAttribute) return [scrubWord(name, pseudonyms), scrubValue(value, scrubbing, '', true)];
    if (name === 'sizeBytes' && typeof data['contentHash'] === 'string')
      return [name, bodyOf(data['contentHash'])?.sizeBytes ?? 0];
    return [name, scrubValue(value, scrubbing, name, false)];
  });
  return Object.fromEntries(entries);
}

function scrubValue(
  value: JsonValue,
  scrubbing: DataScrubbing,
  name: string,
  isAttribute: boolean,
): JsonValue {
  if (typeof value === 'string') return scrubString(value, scrubbing, name);
  if (typeof value === 'number') return isAttribute ? scrubbing.pseudonyms.number(value) : value;
  if (value === null || typeof value === 'boolean') return value;
  if (Array.isArray(value))
    return value.map((item: JsonValue) => scrubValue(item, scrubbing, name, isAttribute));
  return scrubObject(value as JsonObject, scrubbing, isAttribute);
}

function scrubString(text: string, scrubbing: DataScrubbing, name: string): string {
  const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
  if (rule) return rule(text, scrubbing);
  if (uuid.test(text)) return scrubbing.pseudonyms.uuid(text);
  return scrubText(text, scrubbing.pseudonyms);
}
