import { parseComponentId } from '../component-id.ts';
import { isConfigMap, isReference, memberOf } from '../config-value.ts';
import type { Pipeline } from '../read-service.ts';
import { readPipelines } from '../read-service.ts';
import type { BuiltInLintRule } from './lint-rule.ts';

export const pipelineWithoutExporters: BuiltInLintRule = {
  id: 'pipeline-without-exporters',
  name: 'Every pipeline has an exporter',
  description: 'No pipeline has zero exporters. A Collector refuses such a pipeline too.',
  defaultSeverity: 'error',
  check: ({ root }) => {
    const pipelines = memberOf(memberOf(root, 'service'), 'pipelines');
    if (!isConfigMap(pipelines)) return [];
    return readPipelines(root).pipelines.flatMap((pipeline) => {
      const value = memberOf(pipelines, pipeline.id);
      if (isReference(value) || (value !== null && !isConfigMap(value))) return [];
      const { state, uses } = pipeline.exporters;
      if (state !== 'absent' && (state !== 'known' || uses.length > 0)) return [];
      return [
        { path: pipeline.path, message: `Pipeline ${cut(pipeline.id)} has no exporter: nothing leaves it.` },
      ];
    });
  },
};

export const debugOnlyExporter: BuiltInLintRule = {
  id: 'debug-only-exporter',
  name: 'Something besides the debug exporter',
  description: 'The debug exporter is not the only exporter of a pipeline: what it prints is kept by nobody.',
  // A first configuration ends in debug more often than not: said, and not refused.
  defaultSeverity: 'warning',
  check: ({ root }) =>
    readPipelines(root).pipelines.flatMap(({ id, exporters }) => {
      const [first] = exporters.uses;
      if (first === undefined || exporters.state !== 'known') return [];
      if (!exporters.uses.every((use) => typeOf(use.id) === 'debug')) return [];
      const message = `Pipeline ${cut(id)} ends in the debug exporter only: its data is printed on the agent's host and kept nowhere.`;
      return [{ path: first.path, message }];
    }),
};

/** What may stand before batch: it decides what is kept, or needs to see where data came from. */
const beforeBatch =
  /^(memory_limiter|filter|redaction|logdedup|.*sampl(er|ing)|k8s_?attributes|resourcedetection|groupbytrace)$/;

export const batchPlacement: BuiltInLintRule = {
  id: 'batch-placement',
  name: 'Batch stands near the start',
  description:
    'In a list of processors, batch follows memory_limiter, sampling, filtering and what looks at the sender, and precedes the rest; in every pipeline alike.',
  defaultSeverity: 'warning',
  check: ({ root }) => readPipelines(root).pipelines.flatMap(describePlacement),
};

function describePlacement({ id, processors }: Pipeline) {
  const types = processors.uses.map((use) => typeOf(use.id));
  const place = types.indexOf('batch');
  const use = processors.uses[place];
  if (use === undefined) return [];
  const early = types.slice(0, place).find((type) => !beforeBatch.test(type));
  const late = types.slice(place + 1).find((type) => beforeBatch.test(type));
  if (late !== undefined) {
    const message = `In pipeline ${cut(id)} batch stands before ${cut(late)}: what is dropped or limited there was gathered for nothing. Put batch behind it.`;
    return [{ path: use.path, message }];
  }
  if (early === undefined) return [];
  const message = `In pipeline ${cut(id)} batch stands behind ${cut(early)}. Put it near the start, right after memory_limiter, sampling and filtering.`;
  return [{ path: use.path, message }];
}

function typeOf(id: string): string {
  return parseComponentId(id)?.type ?? id;
}

function cut(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
