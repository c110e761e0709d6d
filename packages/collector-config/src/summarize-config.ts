import { findUnused } from './check-config.ts';
import type { ComponentSection } from './component-id.ts';
import { componentSections, parseComponentId } from './component-id.ts';
import type { ConfigValue } from './config-value.ts';
import { isConfigMap, isReference, memberOf } from './config-value.ts';
import type { ConfigDocument } from './parse-config.ts';
import { readPipelines, readSection, readServiceExtensions } from './read-service.ts';

export interface PipelineSummary {
  readonly id: string;
  readonly signal: string;
  /** Text after the slash, empty when there is none. */
  readonly name: string;
  readonly receivers: readonly string[];
  readonly processors: readonly string[];
  readonly exporters: readonly string[];
}

export interface ExporterEndpoint {
  readonly exporter: string;
  /** As written (a reference stays a reference), without user name and password. */
  readonly endpoint: string;
}

export interface ConfigSummary {
  readonly pipelines: readonly PipelineSummary[];
  readonly extensions: readonly string[];
  /** Components defined, by section. */
  readonly counts: Readonly<Record<ComponentSection, number>>;
  readonly unused: readonly { readonly section: ComponentSection; readonly id: string }[];
  readonly endpoints: readonly ExporterEndpoint[];
}

/** What a page shows of a configuration at a glance. */
export function summarizeConfig(document: ConfigDocument): ConfigSummary {
  const { root } = document;
  const pipelines = readPipelines(root).pipelines.map((pipeline) => ({
    id: pipeline.id,
    signal: pipeline.signal,
    name: parseComponentId(pipeline.id)?.name ?? '',
    receivers: pipeline.receivers.uses.map((use) => use.id),
    processors: pipeline.processors.uses.map((use) => use.id),
    exporters: pipeline.exporters.uses.map((use) => use.id),
  }));
  const counts = Object.fromEntries(
    componentSections.map((section) => [section, readSection(root, section).ids.length]),
  ) as Record<ComponentSection, number>;
  const extensions = readServiceExtensions(root).uses.map((use) => use.id);
  return {
    pipelines,
    extensions,
    counts,
    unused: findUnused(document),
    endpoints: findEndpoints(memberOf(root, 'exporters')),
  };
}

function findEndpoints(exporters: ConfigValue | undefined): readonly ExporterEndpoint[] {
  if (!isConfigMap(exporters)) return [];
  return Object.entries(exporters).flatMap(([exporter, settings]) =>
    ['endpoint', 'traces_endpoint', 'metrics_endpoint', 'logs_endpoint', 'profiles_endpoint'].flatMap(
      (key) => {
        const endpoint = memberOf(settings, key);
        return typeof endpoint === 'string' && endpoint !== ''
          ? [{ exporter, endpoint: withoutCredentials(endpoint) }]
          : [];
      },
    ),
  );
}

function withoutCredentials(endpoint: string): string {
  return isReference(endpoint) ? endpoint : endpoint.replace(/^([a-z][a-z\d+.-]*:\/\/)[^/?#]*@/i, '$1');
}
