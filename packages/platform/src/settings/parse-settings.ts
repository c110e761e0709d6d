import { redactText } from '../redact.ts';
import { StartupError } from '../startup-error.ts';
import { checkTogether } from './check-together.ts';
import { readYamlEntries } from './read-yaml-entries.ts';
import type { SettingEntry, SettingFault } from './setting-entry.ts';
import { findSettingKey, type SettingKey, settingSections } from './setting-keys.ts';
import { type Settings, settingsSchema } from './settings-schema.ts';
import { suggestion } from './suggestion.ts';

export interface SettingsSources {
  /** Content of `ampora.yaml`, if there is one. */
  readonly yamlText?: string;
  /** How messages name that file. */
  readonly yamlName?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** `Section:Key=value`, as given to `--set`. */
  readonly flags?: readonly string[];
}

/** All that is wrong with the settings at once; no secret value is shown. */
export class SettingsError extends StartupError {
  readonly faults: readonly SettingFault[];

  constructor(faults: readonly SettingFault[]) {
    const count = faults.length === 1 ? 'a setting is wrong' : `${faults.length} settings are wrong`;
    super(`Ampora cannot start: ${count}. Mend what is listed and start again.`, { details: faults });
    this.faults = faults;
  }
}

/**
 * Settings from file, environment and flags; a later one wins over an earlier one, key by key. Pure. Throws a
 * SettingsError that names every fault: unknown keys, wrong values, and values that do not go together.
 */
export function parseSettings(sources: SettingsSources): Settings {
  const yaml = readYamlEntries(sources.yamlText ?? '', sources.yamlName ?? 'ampora.yaml');
  const environment = readEnvironment(sources.env ?? {});
  const flags = readFlags(sources.flags ?? []);
  const faults: SettingFault[] = [...yaml.faults, ...environment.faults, ...flags.faults];

  const chosen = new Map<string, SettingEntry>();
  for (const entry of [...yaml.entries, ...environment.entries, ...flags.entries])
    chosen.set(entry.name, entry);

  const raw: Record<string, Record<string, unknown>> = {};
  for (const section of settingSections) raw[section] = {};
  for (const entry of chosen.values()) {
    const key = findSettingKey(entry.name);
    if (key === undefined) continue;
    const value = coerce(entry.value, key);
    if (key.schema.safeParse(value).success) place(raw, entry.name, value);
    else faults.push(`${entry.source}: ${entry.name} is ${show(entry.value, key)}; expected ${key.expected}`);
  }
  const settings = settingsSchema.parse(raw);
  if (settings.Logging.LogLevel['Default'] === undefined)
    settings.Logging.LogLevel['Default'] = 'Information';
  faults.push(...checkTogether(settings, (name) => chosen.get(name)?.source ?? 'default'));
  if (faults.length > 0) throw new SettingsError(faults);
  return deepFreeze(settings);
}

interface Reading {
  readonly entries: readonly SettingEntry[];
  readonly faults: readonly SettingFault[];
}

function readEnvironment(env: Readonly<Record<string, string | undefined>>): Reading {
  const sections = new Set(settingSections.map((section) => section.toLowerCase()));
  const entries: SettingEntry[] = [];
  const faults: SettingFault[] = [];
  for (const [variable, value] of Object.entries(env)) {
    const [section = ''] = variable.split('__', 1);
    if (value === undefined || section === variable || !sections.has(section.toLowerCase())) continue;
    const name = variable.replaceAll('__', ':');
    if (findSettingKey(name) === undefined) {
      faults.push(`environment variable ${variable} is not a setting${suggestion(name, '__')}`);
    } else entries.push({ name, value, source: `environment variable ${variable}` });
  }
  return { entries, faults };
}

function readFlags(flags: readonly string[]): Reading {
  const entries: SettingEntry[] = [];
  const faults: SettingFault[] = [];
  for (const flag of flags) {
    const split = flag.indexOf('=');
    // The value may be a secret that was given without its key: it is never repeated.
    const name = split === -1 ? '' : flag.slice(0, split).trim();
    if (name === '') faults.push('--set is not of the form Section:Key=value, as in --set Http:Port=8081');
    else if (findSettingKey(name) === undefined) {
      faults.push(`--set ${name} is not a setting${suggestion(name)}`);
    } else entries.push({ name, value: flag.slice(split + 1), source: `--set ${name}` });
  }
  return { entries, faults };
}

/** The environment and flags know only texts, and YAML numbers may be quoted. */
function coerce(value: unknown, key: SettingKey): unknown {
  if (key.takes !== 'number' || typeof value !== 'string') return value;
  return /^[+-]?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value;
}

function show(value: unknown, key: SettingKey): string {
  if (value === null || value === undefined || value === '') return 'empty';
  if (key.secret) return 'not usable (its value is not shown)';
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'a section';
  return typeof value === 'string' ? JSON.stringify(redactText(value)) : String(value);
}

function place(raw: Record<string, Record<string, unknown>>, name: string, value: unknown): void {
  const [section = '', key = '', open] = name.split(':');
  const target = (raw[section] ??= {});
  if (open === undefined) target[key] = value;
  else target[key] = { ...(target[key] as object | undefined), [open]: value };
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}
