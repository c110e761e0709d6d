import type { BoundedValue } from './bounded-value.ts';
import { toBoundedValue } from './bounded-value.ts';
import type { ConfigPath } from './config-path.ts';
import { toPathText } from './config-path.ts';
import type { ConfigMap, ConfigValue } from './config-value.ts';
import { isConfigList, isConfigMap, isReference } from './config-value.ts';
import { isSameScalar } from './is-same-scalar.ts';
import { mergeConfigs } from './merge-configs.ts';
import type { ConfigProblem, ParseLimits } from './parse-config.ts';
import { parseConfig } from './parse-config.ts';

/** Something that was assigned and does not run. */
export interface ConfigDifference {
  readonly path: string;
  readonly kind: 'missing' | 'changed';
  readonly assigned: BoundedValue;
  /** Absent when the kind is `missing`. */
  readonly effective?: BoundedValue;
}

/**
 * Why a value could not be compared: `reference` is resolved on the host only, `masked` is a secret that the agent does
 * not show, `zero-omitted` is a value that is off or empty, which a Collector leaves out of its rendering,
 * `not-rendered` is a setting that it renders as `{}` whatever its value.
 */
export type UnknownReason = 'reference' | 'masked' | 'zero-omitted' | 'not-rendered';

export interface ConfigUnknown {
  readonly path: string;
  readonly reason: UnknownReason;
}

export interface Containment {
  /** True when there is no difference. Unknowns are no differences. */
  readonly contained: boolean;
  readonly differences: readonly ConfigDifference[];
  readonly unknowns: readonly ConfigUnknown[];
  /** Differences and unknowns over the limit, which are counted and not listed. */
  readonly omitted: number;
}

export interface ContainmentLimits {
  /** Default 500, for differences and for unknowns. */
  readonly maxListed?: number;
}

/**
 * Is everything that was assigned in what runs? An effective configuration is the Collector's own rendering (defaults
 * filled in, keys sorted, durations rewritten, extensions and telemetry added by a supervisor), so that the two texts
 * are never equal: every assigned key must be there with a value that means the same. Anything more is no drift.
 * Cost: one visit per assigned value, whatever the size of the effective side.
 */
export function containsConfig(
  assigned: ConfigMap,
  effective: ConfigMap,
  limits: ContainmentLimits = {},
): Containment {
  const comparison = new Comparison(limits.maxListed ?? 500);
  comparison.maps(assigned, effective, []);
  const { differences, unknowns, omitted, hasDifference } = comparison;
  return { contained: !hasDifference, differences, unknowns, omitted };
}

/** One text, or several files by name as an agent reports and receives them. */
export type ConfigTexts = string | Readonly<Record<string, string>>;

export type TextContainment =
  | { readonly ok: true; readonly containment: Containment }
  | {
      readonly ok: false;
      readonly side: 'assigned' | 'effective';
      readonly file: string;
      readonly problems: readonly ConfigProblem[];
    };

/**
 * The same over texts. Files are merged in the order of their names; empty files beside others are passed over. A side
 * that is empty altogether (an agent that has not reported yet) or does not parse comes back as its problems.
 */
export function containsConfigTexts(
  texts: { readonly assigned: ConfigTexts; readonly effective: ConfigTexts },
  limits: ContainmentLimits & ParseLimits = {},
): TextContainment {
  const assigned = readConfigTexts(texts.assigned, limits);
  if (!assigned.ok) return { ok: false, side: 'assigned', file: assigned.file, problems: assigned.problems };
  const effective = readConfigTexts(texts.effective, limits);
  if (!effective.ok)
    return { ok: false, side: 'effective', file: effective.file, problems: effective.problems };
  return { ok: true, containment: containsConfig(assigned.root, effective.root, limits) };
}

/** The configuration that one text, or several files merged in the order of their names, add up to. */
export function readConfigTexts(
  texts: ConfigTexts,
  limits: ParseLimits = {},
):
  | { readonly ok: true; readonly root: ConfigMap }
  | { readonly ok: false; readonly file: string; readonly problems: readonly ConfigProblem[] } {
  const files = typeof texts === 'string' ? [['', texts] as const] : Object.entries(texts);
  const roots: ConfigMap[] = [];
  let empty: { readonly file: string; readonly problems: readonly ConfigProblem[] } | undefined;
  for (const [file, text] of files.toSorted(([left], [right]) => (left < right ? -1 : 1))) {
    const parsed = parseConfig(text, limits);
    if (parsed.ok) roots.push(parsed.document.root);
    else if (parsed.problems[0]?.kind === 'empty') empty ??= { file, problems: parsed.problems };
    else return { ok: false, file, problems: parsed.problems };
  }
  if (roots.length > 0) return { ok: true, root: mergeConfigs(roots) };
  return { ok: false, ...(empty ?? { file: '', problems: [noFiles] }) };
}

const noFiles: ConfigProblem = {
  kind: 'empty',
  line: 1,
  column: 1,
  endLine: 1,
  endColumn: 1,
  message: 'There is no configuration file.',
};

class Comparison {
  readonly differences: ConfigDifference[] = [];
  readonly unknowns: ConfigUnknown[] = [];
  omitted = 0;
  hasDifference = false;
  readonly #maxListed: number;

  constructor(maxListed: number) {
    this.#maxListed = maxListed;
  }

  maps(assigned: ConfigMap, effective: ConfigMap, path: ConfigPath): void {
    for (const key of Object.keys(assigned)) {
      const value = assigned[key] ?? null;
      const at = [...path, key];
      if (Object.hasOwn(effective, key)) this.#values(value, effective[key] ?? null, at);
      else this.#absent(value, at);
    }
  }

  #values(assigned: ConfigValue, effective: ConfigValue, path: ConfigPath): void {
    if (assigned === effective || assigned === null) return;
    if (isReference(assigned) || isReference(effective)) {
      // An escaped reference is a plain text on the assigned side and looks like a reference on the effective one.
      if (!isSameScalar(assigned, effective, undefined)) this.#unknown('reference', path);
      return;
    }
    if (isConfigMap(assigned)) this.#map(assigned, effective, path);
    else if (isConfigList(assigned)) this.#list(assigned, effective, path);
    else this.#scalar(assigned, effective, path);
  }

  #scalar(assigned: ConfigValue, effective: ConfigValue, path: ConfigPath): void {
    if (isSameScalar(assigned, effective, path.at(-1))) return;
    if (isMasked(effective)) this.#unknown('masked', path);
    else if (effective === null && isZero(assigned)) this.#unknown('zero-omitted', path);
    else if (isConfigMap(effective) && isEmptyMap(effective)) this.#unknown('not-rendered', path);
    else this.#changed(assigned, effective, path);
  }

  #map(assigned: ConfigMap, effective: ConfigValue, path: ConfigPath): void {
    if (isConfigMap(effective)) {
      this.maps(assigned, effective, path);
      return;
    }
    if (isMasked(effective)) {
      this.#unknown('masked', path);
      return;
    }
    const named = isConfigList(effective) ? readNamedValues(effective) : undefined;
    if (named !== undefined) {
      this.maps(assigned, named, path);
      return;
    }
    // A block that was switched off is rendered as null, whatever else stands in it.
    if (effective === null && assigned['enabled'] === false) return;
    if (effective === null) this.maps(assigned, {}, path);
    else this.#changed(assigned, effective, path);
  }

  #list(assigned: readonly ConfigValue[], effective: ConfigValue, path: ConfigPath): void {
    if (isMasked(effective)) {
      this.#unknown('masked', path);
      return;
    }
    if (assigned.length === 0 && (effective === null || (isConfigMap(effective) && isEmptyMap(effective))))
      return;
    if (!isConfigList(effective)) {
      this.#changed(assigned, effective, path);
      return;
    }
    if (mayHoldMore(path)) {
      this.#members(assigned, effective, path);
      return;
    }
    for (const [index, value] of assigned.entries()) {
      if (index < effective.length) this.#values(value, effective[index] ?? null, [...path, index]);
      else this.#missing(value, [...path, index]);
    }
    if (effective.length > assigned.length) this.#changed(assigned, effective, path);
  }

  /** Lists to which a supervisor adds: each assigned member must be there, at any place. */
  #members(assigned: readonly ConfigValue[], effective: readonly ConfigValue[], path: ConfigPath): void {
    for (const [index, value] of assigned.entries()) {
      const at = [...path, index];
      if (isReference(value)) this.#unknown('reference', at);
      else if (!effective.some((one) => isWithin(value, one))) this.#missing(value, at);
    }
  }

  #absent(value: ConfigValue, path: ConfigPath): void {
    if (isReference(value)) this.#unknown('reference', path);
    else if (!isComponentEntry(path) && isZero(value)) this.#unknown('zero-omitted', path);
    else this.#missing(value, path);
  }

  #missing(assigned: ConfigValue, path: ConfigPath): void {
    this.#difference({ path: toPathText(path), kind: 'missing', assigned: toBoundedValue(assigned, path) });
  }

  #changed(assigned: ConfigValue, effective: ConfigValue, path: ConfigPath): void {
    const values = { assigned: toBoundedValue(assigned, path), effective: toBoundedValue(effective, path) };
    this.#difference({ path: toPathText(path), kind: 'changed', ...values });
  }

  #difference(difference: ConfigDifference): void {
    this.hasDifference = true;
    if (this.differences.length < this.#maxListed) this.differences.push(difference);
    else this.omitted += 1;
  }

  #unknown(reason: UnknownReason, path: ConfigPath): void {
    if (this.unknowns.length < this.#maxListed) this.unknowns.push({ path: toPathText(path), reason });
    else this.omitted += 1;
  }
}

function isWithin(assigned: ConfigValue, effective: ConfigValue): boolean {
  return containsConfig({ value: assigned }, { value: effective }, { maxListed: 0 }).contained;
}

function mayHoldMore(path: ConfigPath): boolean {
  return (
    path[0] === 'service' && (path[1] === 'telemetry' || (path[1] === 'extensions' && path.length === 2))
  );
}

/** Headers are assigned as a mapping and rendered as a list of `{ name, value }`. */
function readNamedValues(list: readonly ConfigValue[]): ConfigMap | undefined {
  if (
    !list.every((one) => isConfigMap(one) && typeof one['name'] === 'string' && Object.hasOwn(one, 'value'))
  )
    return undefined;
  return Object.fromEntries(
    (list as readonly ConfigMap[]).map((one) => [String(one['name']), one['value'] ?? null]),
  );
}

/** A section's component or a pipeline: it runs or it does not, so its absence is a difference even if it is empty. */
function isComponentEntry(path: ConfigPath): boolean {
  return path[0] === 'service' ? path.length === 3 && path[1] === 'pipelines' : path.length === 2;
}

function isMasked(value: ConfigValue): boolean {
  return typeof value === 'string' && /^(\[REDACTED\]|<redacted>|\*{3,})$/i.test(value);
}

function isEmptyMap(value: ConfigMap): boolean {
  return Object.keys(value).length === 0;
}

/** What a Collector may leave out of its rendering: off, none, empty, and a mapping of nothing else. */
function isZero(value: ConfigValue): boolean {
  if (value === null || value === false || value === 0 || value === '' || value === '0s') return true;
  if (typeof value !== 'object') return false;
  if (isConfigMap(value) && value['enabled'] === false) return true;
  return isConfigList(value) ? value.length === 0 : Object.values(value).every(isZero);
}
