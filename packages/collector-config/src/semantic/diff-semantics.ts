import { parseComponentId } from '../component-id.ts';
import type { ConfigPath } from '../config-path.ts';
import { toPathText } from '../config-path.ts';
import type { ConfigMap, ConfigValue } from '../config-value.ts';
import { isConfigList, isConfigMap, memberOf } from '../config-value.ts';
import type { ConfigDocument } from '../parse-config.ts';
import { readPipelines, readServiceExtensions } from '../read-service.ts';
import { cut, describeSetting, toShownValue, wordOf } from './describe-change.ts';
import { diffLists } from './diff-lists.ts';
import type { UseOrder } from './normalize-config.ts';
import {
  canonicalKeys,
  isSectionPath,
  normalizeId,
  normalizeUses,
  normalizeValue,
  useOrderAt,
} from './normalize-config.ts';
import type { SemanticChange, SemanticChangeKind } from './semantic-change.ts';
import { toCanonicalText } from './semantic-text.ts';

type HasRoot = Pick<ConfigDocument, 'root'>;

/**
 * What changed in meaning from one configuration to the other, in a stable order: sections, then `service`, by name.
 * Empty exactly when their semantic texts are equal. A processor (or receiver, or exporter) that goes from one place
 * or pipeline to another is one change.
 */
export function diffSemantics(before: HasRoot, after: HasRoot): readonly SemanticChange[] {
  const diff = new SemanticDiff(before.root, after.root);
  diff.values(before.root, after.root, { from: [], to: [] });
  return diff.finish();
}

interface Places {
  readonly from: ConfigPath;
  readonly to: ConfigPath;
}

/** A component that came to, or went from, one list of one pipeline. */
interface UseChange {
  readonly kind: 'added' | 'removed';
  readonly list: string;
  readonly pipeline: string;
  readonly id: string;
  readonly path: ConfigPath;
  readonly change: SemanticChange;
}

class SemanticDiff {
  readonly #changes: (SemanticChange | UseChange)[] = [];
  readonly #pipelinesOf: ReadonlyMap<string, readonly string[]>;
  readonly #connectors: ReadonlySet<string>;

  constructor(before: ConfigMap, after: ConfigMap) {
    this.#pipelinesOf = readUsers(after);
    this.#connectors = new Set(
      [before, after].flatMap((root) => Object.keys(asMap(memberOf(root, 'connectors'))).map(normalizeId)),
    );
  }

  finish(): readonly SemanticChange[] {
    const waiting = new Map<string, UseChange[]>();
    for (const one of this.#changes)
      if ('change' in one) waiting.set(keyOf(one), [...(waiting.get(keyOf(one)) ?? []), one]);
    const done = new Set<UseChange>();
    return this.#changes.flatMap((one) => {
      if (!('change' in one)) return [one];
      if (done.has(one)) return [];
      waiting.get(keyOf(one))?.shift();
      const opposite = { ...one, kind: one.kind === 'added' ? ('removed' as const) : ('added' as const) };
      const partner = waiting.get(keyOf(opposite))?.shift();
      if (partner === undefined) return [one.change];
      done.add(partner);
      return [one.kind === 'removed' ? this.#movedBetween(one, partner) : this.#movedBetween(partner, one)];
    });
  }

  /** `from` and `to` are two paths of one thing: they differ below a list whose members moved. */
  values(before: ConfigValue, after: ConfigValue, at: Places): void {
    const order = useOrderAt(at.to);
    if (order !== undefined && this.#uses(before, after, at, order)) return;
    if (isMapLike(before) && isMapLike(after) && (isConfigMap(before) || isConfigMap(after))) {
      this.#maps(asMap(before), asMap(after), at);
      return;
    }
    if (isConfigList(before) && isConfigList(after)) {
      this.#lists(before, after, at);
      return;
    }
    if (canonical(before, at.from) === canonical(after, at.to)) return;
    this.#add('modified', at, { before, after }, this.#sayModified(before, after, at.to));
  }

  #maps(before: ConfigMap, after: ConfigMap, at: Places): void {
    const left = new Map(canonicalKeys(before, at.from));
    const right = new Map(canonicalKeys(after, at.to));
    for (const name of [...new Set([...left.keys(), ...right.keys()])].sort(bySection(at.to))) {
      const [was, is] = [left.get(name), right.get(name)];
      const places = { from: [...at.from, was ?? name], to: [...at.to, is ?? name] };
      const [valueBefore, valueAfter] = [
        was === undefined ? undefined : (memberOf(before, was) ?? null),
        is === undefined ? undefined : (memberOf(after, is) ?? null),
      ];
      if (valueBefore !== undefined && valueAfter !== undefined) this.values(valueBefore, valueAfter, places);
      else this.#oneSided(valueBefore, valueAfter, places);
    }
  }

  #oneSided(before: ConfigValue | undefined, after: ConfigValue | undefined, at: Places): void {
    const order = useOrderAt(at.to);
    const value = before ?? after ?? null;
    // A list of uses that is not there is an empty one.
    if (order !== undefined && canonical(value, at.to) === 'null') return;
    if (order !== undefined && this.#uses(before ?? null, after ?? null, at, order)) return;
    // Whole sections come and go component by component, and `service` pipeline by pipeline.
    const isContainer = isSectionPath(at.to) || ['service', 'service.pipelines'].includes(toPathText(at.to));
    if (isContainer && isConfigMap(value) && Object.keys(value).length > 0) {
      const soFar = this.#changes.length;
      this.#maps(asMap(before), asMap(after), at);
      if (this.#changes.length > soFar) return;
    }
    const kind = before === undefined ? 'added' : 'removed';
    this.#add(
      kind,
      at,
      { before, after },
      this.#sayOneSided(before, after, kind === 'added' ? at.to : at.from),
    );
  }

  /** Lists of component ids. False when one of them is something else, and is compared like any other value. */
  #uses(before: ConfigValue, after: ConfigValue, at: Places, order: UseOrder): boolean {
    const [left, right] = [before ?? [], after ?? []];
    if (!isConfigList(left) || !isConfigList(right)) return false;
    if (normalizeUses(left, order) === undefined || normalizeUses(right, order) === undefined) return false;
    const [was, is] = [left.map((id) => normalizeId(String(id))), right.map((id) => normalizeId(String(id)))];
    if (order === 'set') {
      for (const [id, index] of firstPlaces(was, is)) this.#use('removed', id, [...at.from, index]);
      for (const [id, index] of firstPlaces(is, was)) this.#use('added', id, [...at.to, index]);
      return true;
    }
    for (const step of diffLists(was, is)) {
      const [from, to] = [
        [...at.from, step.before],
        [...at.to, step.after],
      ];
      if (step.kind === 'moved') this.#movedWithin(is[step.after] ?? '', { from, to }, was.length);
      if (step.kind === 'removed' || step.kind === 'replaced')
        this.#use('removed', was[step.before] ?? '', from);
      if (step.kind === 'added' || step.kind === 'replaced') this.#use('added', is[step.after] ?? '', to);
    }
    return true;
  }

  #lists(before: readonly ConfigValue[], after: readonly ConfigValue[], at: Places): void {
    const texts = (list: readonly ConfigValue[], path: ConfigPath): readonly string[] =>
      list.map((value, index) => canonical(value, [...path, index]));
    for (const step of diffLists(texts(before, at.from), texts(after, at.to))) {
      if (step.kind === 'kept') continue;
      const places = { from: [...at.from, step.before], to: [...at.to, step.after] };
      const was = step.before === -1 ? undefined : (before[step.before] ?? null);
      const is = step.after === -1 ? undefined : (after[step.after] ?? null);
      if (step.kind === 'replaced') this.values(was ?? null, is ?? null, places);
      else if (step.kind === 'moved') {
        const sentence = `the ${nth(step.before)} entry of ${toPathText(at.to)} is now the ${nth(step.after)}`;
        this.#add('moved', places, { before: was, after: is }, sentence);
      } else
        this.#add(
          step.kind,
          places,
          { before: was, after: is },
          this.#sayOneSided(was, is, is === undefined ? places.from : places.to),
        );
    }
  }

  #use(kind: 'added' | 'removed', id: string, path: ConfigPath): void {
    const list = String(path.at(-2));
    const word = this.#connectors.has(id) ? 'connector' : wordOf(list);
    const isExtension = path[1] === 'extensions';
    const pipeline = isExtension ? '' : String(path[2]);
    const where = isExtension ? '' : ` by ${pipeline}`;
    const sentence =
      kind === 'added'
        ? `${word} ${cut(id)} is now used${where}`
        : `${word} ${cut(id)} is no longer used${where}`;
    const change: SemanticChange = {
      kind,
      path: toPathText(path),
      from: kind === 'removed' ? path : null,
      to: kind === 'added' ? path : null,
      before: kind === 'removed' ? id : null,
      after: kind === 'added' ? id : null,
      sentence,
    };
    if (isExtension) this.#changes.push(change);
    else this.#changes.push({ kind, list, pipeline, id, path, change });
  }

  #movedWithin(id: string, { from, to }: Places, length: number): void {
    const pipeline = String(to[2]);
    const ordinal = (path: ConfigPath): string => nth(Number(path.at(-1)));
    const place =
      from.at(-1) === to.at(-1)
        ? `stands at another place among ${length}`
        : `is now ${ordinal(to)} instead of ${ordinal(from)}`;
    this.#add(
      'moved',
      { from, to },
      { before: id, after: id },
      `processor ${cut(id)} in pipeline ${pipeline} ${place}`,
    );
  }

  #movedBetween(gone: UseChange, come: UseChange): SemanticChange {
    const word = this.#connectors.has(gone.id) ? 'connector' : wordOf(gone.list);
    return {
      kind: 'moved',
      path: toPathText(come.path),
      from: gone.path,
      to: come.path,
      before: gone.id,
      after: come.id,
      sentence: `${word} ${cut(gone.id)} moved from pipeline ${gone.pipeline} to ${come.pipeline}`,
    };
  }

  #sayModified(before: ConfigValue, after: ConfigValue, path: ConfigPath): string {
    return describeSetting(path, before, after, this.#subjectOf);
  }

  #sayOneSided(before: ConfigValue | undefined, after: ConfigValue | undefined, path: ConfigPath): string {
    const verb = before === undefined ? 'is new' : 'is gone';
    const [section, id, pipeline] = path;
    if (path.length === 2 && isSectionPath([String(section)])) {
      const users = this.#pipelinesOf.get(`${String(section)} ${normalizeId(String(id))}`) ?? [];
      const idle = before === undefined && users.length === 0 ? ', and nothing uses it' : '';
      return `${wordOf(String(section))} ${cut(String(id))} ${verb}${idle}`;
    }
    if (section === 'service' && id === 'pipelines' && path.length === 3) {
      const parts = ['receivers', 'processors', 'exporters'].map((key) => memberOf(before ?? after, key));
      const route = parts.flatMap((list) => (isConfigList(list) && list.length > 0 ? [list.join(', ')] : []));
      return `pipeline ${cut(String(pipeline))} ${verb}${route.length > 0 ? ` (${cut(route.join(' → '))})` : ''}`;
    }
    return describeSetting(path, before, after, this.#subjectOf);
  }

  readonly #subjectOf = (section: string, id: string): string => {
    const users = this.#pipelinesOf.get(`${section} ${normalizeId(id)}`) ?? [];
    const where =
      users.length === 0
        ? ''
        : users.length === 1
          ? ` in pipeline ${users[0]}`
          : ` in ${users.length} pipelines`;
    const word = wordOf(section);
    return section === 'processors' ? `${cut(id)}${where}` : `${word} ${cut(id)}`;
  };

  #add(kind: SemanticChangeKind, { from, to }: Places, { before, after }: Sides, sentence: string): void {
    this.#changes.push({
      kind,
      path: toPathText(kind === 'removed' ? from : to),
      from: before === undefined ? null : from,
      to: after === undefined ? null : to,
      before: before === undefined ? null : toShownValue(before, from),
      after: after === undefined ? null : toShownValue(after, to),
      sentence,
    });
  }
}

/** The values on both sides, undefined on a side that has none. */
interface Sides {
  readonly before: ConfigValue | undefined;
  readonly after: ConfigValue | undefined;
}

function keyOf({ kind, list, id }: UseChange): string {
  return `${kind} ${list} ${id}`;
}

/** The ids that only the first list has, each with the index where it stands first. */
function firstPlaces(ids: readonly string[], others: readonly string[]): ReadonlyMap<string, number> {
  const known = new Set(others);
  const places = new Map<string, number>();
  for (const [index, id] of ids.entries()) if (!known.has(id) && !places.has(id)) places.set(id, index);
  return places;
}

function canonical(value: ConfigValue, path: ConfigPath): string {
  return toCanonicalText(normalizeValue(value, path));
}

/** What is empty may become a mapping, and a mapping may become empty, with no more said than its keys. */
function isMapLike(value: ConfigValue): boolean {
  return value === null || isConfigMap(value);
}

function asMap(value: ConfigValue | undefined): ConfigMap {
  return isConfigMap(value) ? value : {};
}

const sectionOrder = ['receivers', 'processors', 'exporters', 'connectors', 'extensions', 'service'];
const serviceOrder = ['pipelines', 'extensions', 'telemetry'];

/** Sections as they are usually written; everything else by name. */
function bySection(path: ConfigPath): (left: string, right: string) => number {
  const order =
    path.length === 0 ? sectionOrder : path.length === 1 && path[0] === 'service' ? serviceOrder : [];
  const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return (left, right) => rank(left) - rank(right) || (left < right ? -1 : 1);
}

function nth(index: number): string {
  const place = index + 1;
  const teens = place % 100 >= 11 && place % 100 <= 13;
  const ending = teens ? 'th' : (['th', 'st', 'nd', 'rd'][place % 10] ?? 'th');
  return `${place}${ending}`;
}

/** `section id` to the pipelines that use the component. */
function readUsers(root: ConfigMap): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, string[]>();
  const note = (section: string, id: string, pipeline: string): void => {
    const key = `${section} ${parseComponentId(id) === undefined ? id : normalizeId(id)}`;
    const known = users.get(key);
    if (known === undefined) users.set(key, [pipeline]);
    else if (!known.includes(pipeline)) known.push(pipeline);
  };
  for (const pipeline of readPipelines(root).pipelines) {
    for (const { id } of pipeline.receivers.uses) note('receivers', id, pipeline.id);
    for (const { id } of pipeline.processors.uses) note('processors', id, pipeline.id);
    for (const { id } of pipeline.exporters.uses) note('exporters', id, pipeline.id);
    for (const { id } of [...pipeline.receivers.uses, ...pipeline.exporters.uses])
      note('connectors', id, pipeline.id);
  }
  for (const { id } of readServiceExtensions(root).uses) note('extensions', id, 'service');
  return users;
}
