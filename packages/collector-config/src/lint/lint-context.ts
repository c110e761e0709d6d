import type { EvaluationContext, TrailStep, Value } from '@ampora/expression';
import { componentSections, parseComponentId } from '../component-id.ts';
import type { ConfigPath } from '../config-path.ts';
import { isConfigMap, memberOf } from '../config-value.ts';
import type { ConfigDocument } from '../parse-config.ts';
import { readPipelines, readServiceExtensions, type UseList } from '../read-service.ts';

/** What an expression sees of a configuration, and the way back from what it saw to the text. */
export interface LintContext {
  readonly context: EvaluationContext;
  /** The path in the text of the value at the end of a trail. */
  readonly pathOf: (trail: readonly TrailStep[], value: Value) => ConfigPath;
}

/**
 * `config` as expressions know it. Settings are the document's own values; only the lists around them are made here,
 * and `places` remembers where each of those stands.
 */
export function createLintContext(document: ConfigDocument): LintContext {
  const places = new Map<unknown, ConfigPath>();
  const at = <Made extends Value>(made: Made, path: ConfigPath): Made => {
    places.set(made, path);
    return made;
  };
  const { root } = document;
  const { pipelines } = readPipelines(root);
  const used = new Set<string>();
  const note = (section: string, uses: UseList): readonly string[] => {
    for (const { id } of uses.uses) used.add(`${section} ${id}`);
    return uses.uses.map(({ id }) => id);
  };
  const pipelineEntries = pipelines.map((pipeline) => {
    const { id, signal, path } = pipeline;
    const idsIn = (role: 'receivers' | 'processors' | 'exporters'): readonly string[] =>
      at(note(role, pipeline[role]), pipeline[role].path);
    const lists = {
      receivers: idsIn('receivers'),
      processors: idsIn('processors'),
      exporters: idsIn('exporters'),
    };
    return [id, at({ id, signal, ...lists }, path)] as const;
  });
  note('extensions', readServiceExtensions(root));
  const config: Record<string, Value> = {
    yaml: root,
    pipelines: at(Object.fromEntries(pipelineEntries), ['service', 'pipelines']),
  };
  for (const section of componentSections) {
    const defined = memberOf(root, section);
    const ids = isConfigMap(defined) ? Object.keys(defined) : [];
    const isUsed = (id: string): boolean =>
      section === 'connectors'
        ? used.has(`receivers ${id}`) || used.has(`exporters ${id}`)
        : used.has(`${section} ${id}`);
    config[section] = at(
      ids.map((key) => {
        const alias = key.trim();
        const { type, name } = parseComponentId(key) ?? { type: alias, name: '' };
        const props = memberOf(defined, key) ?? null;
        return at({ alias, type, name: name === '' ? null : name, props, used: isUsed(alias) }, [
          section,
          key,
        ]);
      }),
      [section],
    );
  }
  at(config, []);
  return { context: { roots: { config } }, pathOf: (trail, value) => toPath(places, trail, value) };
}

function toPath(
  places: ReadonlyMap<unknown, ConfigPath>,
  trail: readonly TrailStep[],
  value: Value,
): ConfigPath {
  let path: ConfigPath = [];
  for (const { container, key } of trail) {
    const place = places.get(container);
    const isIndex = Array.isArray(container);
    // A list of ids is made here with the indexes of the text; other keys of what is made here are not in the text.
    if (place === undefined) path = [...path, isIndex ? Number(key) : key];
    else path = isIndex && typeof container[0] === 'string' ? [...place, Number(key)] : place;
  }
  return places.get(value) ?? path;
}
