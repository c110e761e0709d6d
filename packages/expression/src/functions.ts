import { Duration, parseDuration } from './duration.ts';
import { isList, isMap, nameOfValue, type Value } from './value.ts';
import {
  anyType,
  booleanType,
  durationType,
  listOf,
  numberType,
  stringType,
  type ValueType,
} from './value-type.ts';

export interface Parameter {
  readonly name: string;
  readonly type: ValueType;
}

export interface LanguageFunction {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** The last parameter may be given any number of times, at least once. */
  readonly repeatsLast?: boolean;
  readonly result: ValueType;
  readonly doc: string;
  /** Texts that can be evaluated without a context, and what they give. */
  readonly examples: readonly (readonly [text: string, value: Value])[];
  /** Null arguments never come here, unless `takesNull`: the result is null then. */
  readonly takesNull?: boolean;
  readonly apply: (args: readonly Value[], work: Work) => Value;
}

/** How a function pays for what it does, and refuses what it cannot take. */
export interface Work {
  charge(steps: number): void;
  refuse(what: string): never;
  tooLong(what: string): never;
}

/** Texts longer than this are not searched or changed. In UTF-16 units. */
export const maxSearchedLength = 65_536;
const maxNeedleLength = 512;

const text = (name: string): Parameter => ({ name, type: stringType });

function textOf(value: Value | undefined, work: Work): string {
  if (typeof value !== 'string') return work.refuse(`takes text, not ${nameOfValue(value ?? null)}`);
  if (value.length > maxSearchedLength)
    return work.tooLong(`takes text up to ${maxSearchedLength} characters`);
  work.charge(value.length >> 5);
  return value;
}

function needleOf(value: Value | undefined, work: Work): string {
  const needle = textOf(value, work);
  return needle.length > maxNeedleLength
    ? work.tooLong(`looks for text up to ${maxNeedleLength} characters`)
    : needle;
}

function lengthOf(value: Value, work: Work): number {
  if (typeof value === 'string' || isList(value)) return value.length;
  if (!isMap(value)) return work.refuse(`takes text, a list or a mapping, not ${nameOfValue(value)}`);
  const { length } = Object.keys(value);
  work.charge(length);
  return length;
}

const list: readonly LanguageFunction[] = [
  {
    name: 'len',
    parameters: [{ name: 'x', type: anyType }],
    result: numberType,
    doc: 'Characters of a text, elements of a list, keys of a mapping.',
    examples: [
      ['len("otlp")', 4],
      ['len(null)', null],
    ],
    apply: ([value = null], work) => lengthOf(value, work),
  },
  {
    name: 'lower',
    parameters: [text('s')],
    result: stringType,
    doc: 'The text in small letters.',
    examples: [['lower("PROD")', 'prod']],
    apply: ([value], work) => textOf(value, work).toLowerCase(),
  },
  {
    name: 'upper',
    parameters: [text('s')],
    result: stringType,
    doc: 'The text in capital letters.',
    examples: [['upper("prod")', 'PROD']],
    apply: ([value], work) => textOf(value, work).toUpperCase(),
  },
  {
    name: 'starts-with',
    parameters: [text('s'), text('prefix')],
    result: booleanType,
    doc: 'Whether the text begins with the prefix.',
    examples: [['starts-with("prod-eu", "prod-")', true]],
    apply: ([value, prefix], work) => textOf(value, work).startsWith(textOf(prefix, work)),
  },
  {
    name: 'ends-with',
    parameters: [text('s'), text('suffix')],
    result: booleanType,
    doc: 'Whether the text ends with the suffix.',
    examples: [['ends-with("prod-eu", "-eu")', true]],
    apply: ([value, suffix], work) => textOf(value, work).endsWith(textOf(suffix, work)),
  },
  {
    name: 'contains',
    parameters: [
      { name: 'x', type: anyType },
      { name: 'part', type: anyType },
    ],
    result: booleanType,
    doc: 'Whether a text holds another one, a list an element, or a mapping a key.',
    examples: [
      ['contains("otel-gateway", "gate")', true],
      ['contains("otel-gateway", "agent")', false],
    ],
    apply: ([value = null, part = null], work) => {
      if (typeof value === 'string') return textOf(value, work).includes(needleOf(part, work));
      if (isList(value)) {
        work.charge(value.length);
        return value.includes(part);
      }
      if (isMap(value)) return Object.hasOwn(value, needleOf(part, work));
      return work.refuse(`takes text, a list or a mapping, not ${nameOfValue(value)}`);
    },
  },
  {
    name: 'regex',
    parameters: [text('pattern')],
    result: stringType,
    doc: 'A regular expression, as matches takes it: `x matches regex("…")` is the same as `x matches "…"`.',
    examples: [['"prod-7" matches regex(\'^prod-[0-9]+$\')', true]],
    apply: ([pattern], work) => textOf(pattern, work),
  },
  {
    name: 'duration',
    parameters: [text('s')],
    result: durationType,
    doc: 'The duration that a text such as `1m30s` stands for; null when it stands for none.',
    examples: [
      ['duration("1m30s") = 90s', true],
      ['duration("soon")', null],
    ],
    apply: ([value], work) => {
      if (value instanceof Duration) return value;
      const nanoseconds = parseDuration(textOf(value, work));
      return nanoseconds === undefined ? null : new Duration(nanoseconds);
    },
  },
  {
    name: 'number',
    parameters: [{ name: 'x', type: anyType }],
    result: numberType,
    doc: 'The number that a text stands for; null when it stands for none. Labels are always text.',
    examples: [
      ['number("8") >= 4', true],
      ['number("eight")', null],
    ],
    apply: ([value = null], work) => {
      if (typeof value === 'number') return value;
      const digits = textOf(value, work).trim();
      return /^[-+]?\d{1,20}(\.\d{1,20})?([eE][-+]?\d{1,3})?$/.test(digits) ? finite(Number(digits)) : null;
    },
  },
  {
    name: 'keys',
    parameters: [{ name: 'map', type: anyType }],
    result: listOf(stringType),
    doc: 'The keys of a mapping, as a list.',
    examples: [['len(keys(null))', null]],
    apply: ([value = null], work) => {
      if (!isMap(value)) return work.refuse(`takes a mapping, not ${nameOfValue(value)}`);
      const keys = Object.keys(value);
      work.charge(keys.length);
      return keys;
    },
  },
  {
    name: 'coalesce',
    parameters: [{ name: 'x', type: anyType }],
    repeatsLast: true,
    result: anyType,
    takesNull: true,
    doc: 'The first argument that is not null; null when all are.',
    examples: [['coalesce(null, "none")', 'none']],
    apply: (args) => args.find((value) => value !== null) ?? null,
  },
  {
    name: 'host',
    parameters: [text('endpoint')],
    result: stringType,
    doc: 'The host of an endpoint, with or without a scheme and a port, in small letters.',
    examples: [
      ['host("https://OTLP.example.com:4317/v1")', 'otlp.example.com'],
      ['host("[::1]:4317")', '::1'],
      ['host("localhost:4317")', 'localhost'],
    ],
    apply: ([value], work) => hostOf(textOf(value, work)),
  },
  {
    name: 'port',
    parameters: [text('endpoint')],
    result: numberType,
    doc: 'The port of an endpoint; null when it names none.',
    examples: [
      ['port("0.0.0.0:4317")', 4317],
      ['port("https://example.com")', null],
    ],
    apply: ([value], work) => {
      const digits = /:(\d{1,5})$/.exec(authorityOf(textOf(value, work)))?.[1];
      return digits === undefined ? null : Number(digits);
    },
  },
  {
    name: 'version-at-least',
    parameters: [text('version'), text('least')],
    result: booleanType,
    doc: 'Whether a version such as `0.110.2` or `v1.4` is the other one or a later one. A pre-release comes before its release. Null when one of the texts is no version.',
    examples: [
      ['version-at-least("0.110.2", "0.99")', true],
      ['version-at-least("v1.0.0-rc1", "1.0.0")', false],
      ['version-at-least("latest", "1")', null],
    ],
    apply: ([version, least], work) => {
      const [left, right] = [readVersion(textOf(version, work)), readVersion(textOf(least, work))];
      return left === undefined || right === undefined ? null : isAtLeast(left, right);
    },
  },
];

/** Every function of the language, by name. */
export const functions: ReadonlyMap<string, LanguageFunction> = new Map(
  list.map((one) => [one.name, one] as const),
);

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function authorityOf(endpoint: string): string {
  const scheme = endpoint.indexOf('://');
  const rest = scheme === -1 ? endpoint : endpoint.slice(scheme + 3);
  const authority = rest.split(/[/?#]/, 1)[0] ?? '';
  return authority.slice(authority.lastIndexOf('@') + 1);
}

function hostOf(endpoint: string): string {
  const authority = authorityOf(endpoint);
  const bracketed = /^\[([^\]]*)\]/.exec(authority)?.[1];
  return (bracketed ?? authority.replace(/:[^:]*$/, '')).toLowerCase();
}

interface Version {
  readonly parts: readonly number[];
  readonly preRelease: string | undefined;
}

function readVersion(written: string): Version | undefined {
  const match = /^v?(\d{1,9}(?:\.\d{1,9}){0,3})(?:-([\w.-]{1,64}))?(?:\+[\w.-]{0,64})?$/.exec(written);
  return match ? { parts: (match[1] ?? '').split('.').map(Number), preRelease: match[2] } : undefined;
}

function isAtLeast(left: Version, right: Version): boolean {
  for (let index = 0; index < 4; index += 1) {
    const difference = (left.parts[index] ?? 0) - (right.parts[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  if (left.preRelease === undefined || right.preRelease === undefined) return left.preRelease === undefined;
  return left.preRelease >= right.preRelease;
}
