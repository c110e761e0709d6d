import type { ComponentSection } from './component-id.ts';
import { parseComponentId } from './component-id.ts';
import type { ConfigPath } from './config-path.ts';
import type { ConfigMap, ConfigValue } from './config-value.ts';
import { isConfigList, isConfigMap, isReference, memberOf } from './config-value.ts';

/** What a section defines. `unknown`: an unresolved reference stands in its place, so nothing can be said about it. */
export interface Section {
  readonly state: 'absent' | 'known' | 'unknown' | 'wrong-type';
  readonly ids: readonly string[];
}

/** A component named in a pipeline or in `service.extensions`. */
export interface ComponentUse {
  readonly id: string;
  readonly path: ConfigPath;
}

/** A list of components in a pipeline. */
export interface UseList {
  readonly state: Section['state'];
  readonly path: ConfigPath;
  readonly uses: readonly ComponentUse[];
}

export interface Pipeline {
  readonly id: string;
  /** Text before the slash: a signal when the id is well formed. */
  readonly signal: string;
  readonly path: ConfigPath;
  readonly isUnknown: boolean;
  readonly receivers: UseList;
  readonly processors: UseList;
  readonly exporters: UseList;
}

export interface Pipelines {
  readonly state: Section['state'];
  readonly pipelines: readonly Pipeline[];
}

export function readSection(root: ConfigMap, section: ComponentSection): Section {
  const value = memberOf(root, section);
  if (isConfigMap(value)) return { state: 'known', ids: Object.keys(value) };
  return { state: stateOf(value), ids: [] };
}

export function readPipelines(root: ConfigMap): Pipelines {
  const service = memberOf(root, 'service');
  const value = isConfigMap(service) ? memberOf(service, 'pipelines') : service;
  if (!isConfigMap(value)) return { state: stateOf(value), pipelines: [] };
  const pipelines = Object.keys(value).map((id) => readPipeline(id, value[id] ?? null));
  return { state: 'known', pipelines };
}

export function readServiceExtensions(root: ConfigMap): UseList {
  return readUses(memberOf(memberOf(root, 'service'), 'extensions'), ['service', 'extensions']);
}

function readPipeline(id: string, value: ConfigValue): Pipeline {
  const path = ['service', 'pipelines', id];
  const list = (key: string): UseList => readUses(memberOf(value, key), [...path, key]);
  const signal = parseComponentId(id)?.type ?? id;
  const [receivers, processors, exporters] = [list('receivers'), list('processors'), list('exporters')];
  return { id, signal, path, isUnknown: isReference(value), receivers, processors, exporters };
}

function readUses(value: ConfigValue | undefined, path: ConfigPath): UseList {
  if (!isConfigList(value)) return { state: stateOf(value), path, uses: [] };
  const uses = value.flatMap((id, index) =>
    typeof id === 'string' ? [{ id: id.trim(), path: [...path, index] }] : [],
  );
  if (uses.some((use) => isReference(use.id)))
    return { state: 'unknown', path, uses: uses.filter((use) => !isReference(use.id)) };
  return { state: uses.length === value.length ? 'known' : 'wrong-type', path, uses };
}

function stateOf(value: ConfigValue | undefined): Section['state'] {
  if (value === undefined || value === null) return 'absent';
  return isReference(value) ? 'unknown' : 'wrong-type';
}
