import type { ComponentSection } from '../component-id.ts';
import type { ConfigPath } from '../config-path.ts';
import type { ConfigMap, ConfigValue } from '../config-value.ts';
import { isConfigList, isConfigMap, isReference, memberOf } from '../config-value.ts';
import type { ConfigEdit, EdgeEnd, PipelineRole } from './config-edit.ts';
import type { EditStep } from './edit-step.ts';
import { applyStep, valueAt } from './edit-step.ts';
import { Refusal } from './locate.ts';

/** The order in which sections, and keys of a pipeline, are usually written. */
const rootOrder = ['receivers', 'processors', 'exporters', 'connectors', 'extensions', 'service'];
const pipelineOrder = ['receivers', 'processors', 'exporters'];
/** Settings whose value is the id of an extension. */
const extensionKeys = new Set(['authenticator', 'storage', 'encoding', 'storage_id']);

/** The steps that an edit takes on a model. Throws a Refusal when the model has no place for it. */
export function planEdit(root: ConfigMap, edit: ConfigEdit): readonly EditStep[] {
  switch (edit.edit) {
    case 'add-component':
      return insertAt(root, [edit.section], edit.id, edit.settings ?? null);
    case 'remove-component':
      return removeComponent(root, edit.section, edit.id, edit.withUses ?? false);
    case 'rename-component':
      return renameComponent(root, edit.section, edit.id, edit.to);
    case 'set-value':
      return setValue(root, edit.path, edit.value);
    case 'remove-value':
      return [removal(root, edit.path)];
    case 'insert-key':
      return insertAt(root, edit.path, edit.key, edit.value);
    case 'add-to-pipeline':
      return addUse(root, [...pipelinePath(root, edit.pipeline), edit.role], edit.id, edit.index);
    case 'remove-from-pipeline':
      return [removal(root, [...pipelinePath(root, edit.pipeline), edit.role, edit.index])];
    case 'move-in-pipeline':
      return moveUse(root, [...pipelinePath(root, edit.pipeline), edit.role], edit.from, edit.to);
    case 'add-pipeline': {
      const { id, receivers = [], processors = [], exporters = [] } = edit;
      const lists = Object.entries({ receivers, processors, exporters });
      const shown = lists.filter(([key, list]) => key !== 'processors' || list.length > 0);
      return insertAt(root, ['service', 'pipelines'], id, Object.fromEntries(shown));
    }
    case 'remove-pipeline':
      return [removal(root, pipelinePath(root, edit.id))];
    case 'add-extension':
      return addUse(root, ['service', 'extensions'], edit.id);
    case 'remove-extension':
      return removeUses(root, ['service', 'extensions'], edit.id);
    case 'connect':
    case 'disconnect':
      return edges(root, edit.from, edit.to, edit.through).reduceRight<readonly EditStep[]>(
        (steps, { path, id }) => [
          ...(edit.edit === 'connect' ? addUse(root, path, id) : removeUses(root, path, id)),
          ...steps,
        ],
        [],
      );
  }
}

/** A key under a mapping, the mappings on the way being made when they are not there. */
function insertAt(root: ConfigMap, path: ConfigPath, key: string, value: ConfigValue): readonly EditStep[] {
  const target = valueAt(root, path);
  if (target === undefined && path.length > 0) {
    const missing = String(path.at(-1));
    return insertAt(root, path.slice(0, -1), missing, mapOf(key, value));
  }
  if (target !== undefined && target !== null && !isConfigMap(target))
    throw new Refusal(isReference(target) ? 'reference' : 'wrong-type', path);
  if (memberOf(target, key) !== undefined) throw new Refusal('exists', [...path, key]);
  const order = path.length === 0 ? rootOrder : isPipelinePath(path) ? pipelineOrder : [];
  const before = order.slice(order.indexOf(key) + 1);
  return [{ step: 'insert-key', path, key, value, ...(order.includes(key) ? { before } : {}) }];
}

function mapOf(key: string, value: ConfigValue): ConfigMap {
  return Object.fromEntries([[key, value]]);
}

function isPipelinePath(path: ConfigPath): boolean {
  return path.length === 3 && path[0] === 'service' && path[1] === 'pipelines';
}

function setValue(root: ConfigMap, path: ConfigPath, value: ConfigValue): readonly EditStep[] {
  if (valueAt(root, path) !== undefined) return [{ step: 'set', path, value }];
  const key = path.at(-1);
  const parent = path.slice(0, -1);
  if (typeof key === 'string') return insertAt(root, parent, key, value);
  const list = valueAt(root, parent);
  if (key === undefined || !isConfigList(list) || key !== list.length) throw new Refusal('not-found', path);
  return [{ step: 'insert-item', path: parent, index: key, value }];
}

function removal(root: ConfigMap, path: ConfigPath): EditStep {
  if (valueAt(root, path) === undefined) throw new Refusal('not-found', path);
  return typeof path.at(-1) === 'number' ? { step: 'remove-item', path } : { step: 'remove-key', path };
}

function pipelinePath(root: ConfigMap, id: string): ConfigPath {
  const path = ['service', 'pipelines', id];
  if (valueAt(root, path) === undefined) throw new Refusal('not-found', path);
  return path;
}

function addUse(root: ConfigMap, path: ConfigPath, id: string, index?: number): readonly EditStep[] {
  const list = valueAt(root, path);
  if (list === undefined) return insertAt(root, path.slice(0, -1), String(path.at(-1)), [id]);
  if (list === null) return [{ step: 'set', path, value: [id] }];
  if (!isConfigList(list)) throw new Refusal(isReference(list) ? 'reference' : 'wrong-type', path);
  return [{ step: 'insert-item', path, index: index ?? list.length, value: id }];
}

function moveUse(root: ConfigMap, path: ConfigPath, from: number, to: number): readonly EditStep[] {
  const list = valueAt(root, path);
  if (!isConfigList(list)) throw new Refusal(isReference(list) ? 'reference' : 'not-found', path);
  return [{ step: 'move-item', path, from, to }];
}

function removeUses(root: ConfigMap, path: ConfigPath, id: string): readonly EditStep[] {
  const places = usesIn(root, path, id);
  if (places.length === 0) throw new Refusal('not-found', path);
  return places.toReversed().map((index): EditStep => ({ step: 'remove-item', path: [...path, index] }));
}

function usesIn(root: ConfigMap, path: ConfigPath, id: string): readonly number[] {
  const list = valueAt(root, path);
  return isConfigList(list)
    ? list.flatMap((one, index) => (typeof one === 'string' && one.trim() === id.trim() ? [index] : []))
    : [];
}

/** Lists that may name a component of a section. */
function listsNaming(root: ConfigMap, section: ComponentSection, id: string): readonly ConfigPath[] {
  if (section === 'extensions') return [['service', 'extensions']];
  const pipelines = valueAt(root, ['service', 'pipelines']);
  const roles: readonly PipelineRole[] = section === 'connectors' ? ['receivers', 'exporters'] : [section];
  // Where a receiver or exporter has the connector's id, the list means that one.
  const own = roles.filter((role) => section !== 'connectors' || valueAt(root, [role, id]) === undefined);
  return Object.keys(isConfigMap(pipelines) ? pipelines : {}).flatMap((pipeline) =>
    own.map((role) => ['service', 'pipelines', pipeline, role]),
  );
}

function removeComponent(
  root: ConfigMap,
  section: ComponentSection,
  id: string,
  withUses: boolean,
): readonly EditStep[] {
  const uses = withUses
    ? listsNaming(root, section, id).flatMap((path) =>
        usesIn(root, path, id).length === 0 ? [] : removeUses(root, path, id),
      )
    : [];
  return [...uses, removal(root, [section, id])];
}

function renameComponent(
  root: ConfigMap,
  section: ComponentSection,
  id: string,
  to: string,
): readonly EditStep[] {
  if (valueAt(root, [section, id]) === undefined) throw new Refusal('not-found', [section, id]);
  if (valueAt(root, [section, to]) !== undefined) throw new Refusal('exists', [section, to]);
  const paths = listsNaming(root, section, id).flatMap((path) =>
    usesIn(root, path, id).map((index) => [...path, index]),
  );
  if (section === 'extensions') paths.push(...findExtensionUses(root, id, []));
  return [
    ...paths.map((path): EditStep => ({ step: 'set', path, value: to })),
    { step: 'rename-key', path: [section, id], to },
  ];
}

function findExtensionUses(value: ConfigValue, id: string, path: ConfigPath): readonly (string | number)[][] {
  if (isConfigList(value)) return value.flatMap((one, index) => findExtensionUses(one, id, [...path, index]));
  if (!isConfigMap(value)) return [];
  return Object.entries(value).flatMap(([key, one]) =>
    extensionKeys.has(key) && one === id ? [[...path, key]] : findExtensionUses(one, id, [...path, key]),
  );
}

function edges(
  root: ConfigMap,
  from: EdgeEnd,
  to: EdgeEnd,
  through: string | undefined,
): readonly { readonly path: ConfigPath; readonly id: string }[] {
  if ('pipeline' in from && 'pipeline' in to) {
    if (through === undefined) throw new Refusal('not-found', ['connectors']);
    return [
      { path: [...pipelinePath(root, from.pipeline), 'exporters'], id: through },
      { path: [...pipelinePath(root, to.pipeline), 'receivers'], id: through },
    ];
  }
  if ('pipeline' in from && 'section' in to && ['exporters', 'connectors'].includes(to.section))
    return [{ path: [...pipelinePath(root, from.pipeline), 'exporters'], id: to.id }];
  if ('pipeline' in to && 'section' in from && ['receivers', 'connectors'].includes(from.section))
    return [{ path: [...pipelinePath(root, to.pipeline), 'receivers'], id: from.id }];
  throw new Refusal('wrong-type', ['service', 'pipelines']);
}

/** What the model is after an edit. Throws a Refusal when the model has no place for it. */
export function editModel(root: ConfigMap, edit: ConfigEdit): ConfigMap {
  return planEdit(root, edit).reduce((model, step) => stepOrRefuse(model, step), root);
}

export function stepOrRefuse(model: ConfigMap, step: EditStep): ConfigMap {
  const next = applyStep(model, step);
  if (next === undefined) throw new Refusal('wrong-type', step.path);
  return next;
}
