import type { BoundedValue } from '../bounded-value.ts';
import { maskedValue, secretKey, toBoundedValue } from '../bounded-value.ts';
import type { ComponentSection } from '../component-id.ts';
import { componentSections } from '../component-id.ts';
import type { ConfigPath } from '../config-path.ts';
import { toPathText } from '../config-path.ts';
import type { ConfigValue } from '../config-value.ts';
import { isConfigList, isConfigMap } from '../config-value.ts';
import { maskCredentials } from '../mask-secrets.ts';

const words: Readonly<Record<ComponentSection, string>> = {
  receivers: 'receiver',
  processors: 'processor',
  exporters: 'exporter',
  connectors: 'connector',
  extensions: 'extension',
};

export function wordOf(section: string): string {
  return Object.hasOwn(words, section) ? words[section as ComponentSection] : 'component';
}

/** A value fit to be shown: bounded, keys that name secrets masked, credentials in addresses masked too. */
export function toShownValue(value: ConfigValue, path: ConfigPath): BoundedValue {
  const shown = toBoundedValue(value, path);
  return typeof shown === 'string' ? maskCredentials(shown) : shown;
}

function isSecretPath(path: ConfigPath): boolean {
  return path.some((segment) => typeof segment === 'string' && secretKey.test(segment));
}

/** What a setting does, where that can be said better than by its name. */
const phrases: readonly (readonly [shape: RegExp, phrase: string])[] = [
  [/^processors\.batch(\/[^.]+)?\.timeout$/, 'waits'],
  [/^processors\.batch(\/[^.]+)?\.send_batch_size$/, 'sends batches of'],
  [/^processors\.memory_limiter(\/[^.]+)?\.limit_mib$/, 'allows this many MiB of memory:'],
  [/^processors\.probabilistic_sampler(\/[^.]+)?\.sampling_percentage$/, 'keeps this percentage:'],
  [/^exporters\.[^.]+\.endpoint$/, 'sends to'],
  [/^exporters\.[^.]+\.timeout$/, 'gives up a request after'],
  [/^exporters\.[^.]+\.compression$/, 'compresses with'],
  [/^exporters\.[^.]+\.sending_queue\.queue_size$/, 'queues up to'],
  [/^receivers\.[^.]+\.(protocols\.[^.]+\.)?endpoint$/, 'listens on'],
  [/^(receivers|connectors)\.[^.]+\.(collection_interval|metrics_flush_interval)$/, 'reports every'],
  [/^extensions\.[^.]+\.endpoint$/, 'listens on'],
];

/** Says which pipelines a component is part of, `batch in pipeline traces`. */
export type SubjectOf = (section: string, id: string) => string;

export function describeSetting(
  path: ConfigPath,
  before: ConfigValue | undefined,
  after: ConfigValue | undefined,
  subjectOf: SubjectOf,
): string {
  const subject = describeSubject(path, subjectOf);
  const { setting } = subject;
  const isSecret = isSecretPath(path);
  if (before === undefined)
    return `${subject.text} now sets ${setting}${isSecret ? ' (a secret, not shown)' : ` to ${say(after ?? null, path)}`}`;
  if (after === undefined)
    return `${subject.text} no longer sets ${setting}${isSecret ? '' : ` (it was ${say(before, path)})`}`;
  if (isSecret || hidesTheChange(before, after, path))
    return `${subject.text} has another ${setting} (a secret, not shown)`;
  const phrase = phrases.find(([shape]) => shape.test(toPathText(path)))?.[1];
  const [was, is] = [say(before, path), say(after, path)];
  if (phrase !== undefined) return `${subject.text} now ${phrase} ${is} instead of ${was}`;
  return `${subject.text} now has ${setting} ${is} instead of ${was}`;
}

/** True when the values look the same once credentials in them are masked. */
function hidesTheChange(before: ConfigValue, after: ConfigValue, path: ConfigPath): boolean {
  const [was, is] = [toShownValue(before, path), toShownValue(after, path)];
  return was === is && typeof is === 'string' && is.includes(maskedValue);
}

function describeSubject(
  path: ConfigPath,
  subjectOf: SubjectOf,
): { readonly text: string; readonly setting: string } {
  const [section, id] = path;
  if (typeof section === 'string' && isSection(section) && typeof id === 'string' && path.length > 2)
    return { text: subjectOf(section, id), setting: toPathText(path.slice(2)) };
  if (section === 'service' && path[1] === 'telemetry' && path.length > 2)
    return { text: "the Collector's own telemetry", setting: toPathText(path.slice(2)) };
  return { text: 'the configuration', setting: toPathText(path) };
}

function isSection(section: string): boolean {
  return (componentSections as readonly string[]).includes(section);
}

const maxSaid = 80;

/** A value in a sentence. */
function say(value: ConfigValue, path: ConfigPath): string {
  if (value === null) return 'nothing';
  if (isConfigMap(value)) return count(Object.keys(value).length, 'setting');
  if (isConfigList(value) && !value.every((one) => one === null || typeof one !== 'object'))
    return `a list of ${count(value.length, 'entry', 'entries')}`;
  if (isConfigList(value)) return cut(`[${value.map((one) => String(toShownValue(one, path))).join(', ')}]`);
  const shown = toShownValue(value, path);
  if (typeof shown !== 'string') return String(shown);
  return /^[^\s"']+$/.test(shown) && Number.isNaN(Number(shown)) ? cut(shown) : cut(JSON.stringify(shown));
}

export function count(amount: number, one: string, many = `${one}s`): string {
  return `${amount} ${amount === 1 ? one : many}`;
}

export function cut(text: string): string {
  return text.length > maxSaid ? `${text.slice(0, maxSaid)}…` : text;
}
