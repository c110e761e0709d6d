import type { ComponentSection } from '../component-id.ts';
import type { ConfigPath } from '../config-path.ts';
import type { ConfigMap } from '../config-value.ts';
import type { Settings } from './settings.ts';

/** What a component would say of its own settings when it is made. */
export interface ComponentRemark {
  /** `required`, `range`, `choice`, `conflict`, `expression` or `reference`. */
  readonly kind: 'required' | 'range' | 'choice' | 'conflict' | 'expression' | 'reference';
  readonly path: ConfigPath;
  readonly message: string;
  readonly at?: 'key' | 'value';
  readonly suggestion?: string | undefined;
}

/** A rule that the components of these types keep to themselves: no list of fields and types shows it. */
export interface ComponentRule {
  readonly section: ComponentSection;
  /** Empty for every type of the section. */
  readonly types: readonly string[];
  readonly check: (settings: Settings, root: ConfigMap) => readonly (ComponentRemark | undefined)[];
}

type Remark = ComponentRemark | undefined;

/** Something must be written there, and not be empty. */
export function required(settings: Settings, what: string): Remark {
  if (!settings.isEmpty) return undefined;
  return { kind: 'required', path: settings.path, message: `${what} must be given.` };
}

export function atLeast(settings: Settings, least: number): Remark {
  const { number } = settings;
  if (number === undefined || number >= least) return undefined;
  return range(settings, `must not be below ${String(least)}`);
}

export function atMost(settings: Settings, most: number): Remark {
  const { number } = settings;
  if (number === undefined || number <= most) return undefined;
  return range(settings, `must not be above ${String(most)}`);
}

export function notNegative(settings: Settings): Remark {
  const { duration } = settings;
  return duration !== undefined && duration < 0n ? range(settings, 'must not be negative') : undefined;
}

export function positive(settings: Settings): Remark {
  const { duration } = settings;
  return duration !== undefined && duration <= 0n
    ? range(settings, 'must be longer than nothing')
    : undefined;
}

export function oneOf(settings: Settings, choices: readonly string[], near?: string): Remark {
  const { text } = settings;
  if (text === undefined || choices.includes(text)) return undefined;
  const name = String(settings.path.at(-1));
  return {
    kind: 'choice',
    path: settings.path,
    at: 'value',
    message: `${name} must be one of ${choices.filter((one) => one !== '').join(', ')}.`,
    suggestion: near,
  };
}

export function conflict(settings: Settings, message: string): Remark {
  return { kind: 'conflict', path: settings.path, at: 'value', message };
}

function range(settings: Settings, words: string): Remark {
  const name = String(settings.path.at(-1));
  return { kind: 'range', path: settings.path, at: 'value', message: `${name} ${words}.` };
}
