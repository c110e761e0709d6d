import { createHash } from 'node:crypto';
import type { AvailableComponents, ComponentDetails } from '@ampora/opamp-protocol';

export type ComponentKind = 'receivers' | 'processors' | 'exporters' | 'extensions' | 'connectors';

/** A Collector binary: one object for all agents that run it. */
export interface CollectorBuild {
  readonly serviceName: string;
  readonly version: string;
  readonly components: Readonly<Record<ComponentKind, readonly string[]>>;
  /** Hash alone, as a first message has it. */
  readonly summary: AvailableComponents;
  /** Hash and map, as asked for. */
  readonly listing: AvailableComponents;
}

const core: Readonly<Record<ComponentKind, readonly string[]>> = {
  receivers: ['otlp', 'nop', 'hostmetrics', 'filelog'],
  processors: ['batch', 'memory_limiter', 'attributes', 'resource', 'resourcedetection', 'filter'],
  exporters: ['debug', 'nop', 'otlp', 'otlphttp'],
  extensions: ['health_check', 'opamp', 'file_storage'],
  connectors: ['forward'],
};

const wide: Readonly<Record<ComponentKind, readonly string[]>> = {
  receivers: [...core.receivers, 'prometheus', 'kafka', 'zipkin', 'k8s_cluster', 'kubeletstats'],
  processors: [...core.processors, 'transform', 'tail_sampling', 'probabilistic_sampler', 'k8sattributes'],
  exporters: [...core.exporters, 'otlp_grpc', 'otlp_http', 'prometheusremotewrite', 'kafka', 'file'],
  extensions: [...core.extensions, 'pprof', 'zpages', 'bearertokenauth'],
  connectors: [...core.connectors, 'routing', 'spanmetrics', 'count'],
};

const inCoreRepository = new Set(['otlp', 'nop', 'debug', 'otlphttp', 'batch', 'memory_limiter', 'forward']);

/** Agents of a fleet run one of these: mostly the wide build, and a small one at the edge. */
export const collectorBuilds = {
  contrib: createBuild('otelcol-contrib', '0.149.0', wide),
  contribOld: createBuild('otelcol-contrib', '0.147.0', wide),
  edge: createBuild('io.opentelemetry.collector', '0.149.0', core),
  edgeOld: createBuild('io.opentelemetry.collector', '0.144.0', core),
} as const;

function createBuild(
  serviceName: string,
  version: string,
  components: Readonly<Record<ComponentKind, readonly string[]>>,
): CollectorBuild {
  const hash = createHash('sha256');
  const kinds: Record<string, Partial<ComponentDetails>> = {};
  for (const [kind, types] of Object.entries(components)) {
    const subComponentMap: Record<string, ComponentDetails> = {};
    for (const type of types.toSorted()) {
      const module = `${moduleHome(type)}/${kind.slice(0, -1)}/${type.replaceAll('_', '')}${kind.slice(0, -1)} v${version}`;
      hash.update(`${kind}/${type}/${module}\n`);
      subComponentMap[type] = {
        metadata: [{ key: 'code.namespace', value: { stringValue: module } }],
        subComponentMap: {},
      };
    }
    kinds[kind] = { metadata: [], subComponentMap };
  }
  const digest = new Uint8Array(hash.digest());
  return {
    serviceName,
    version,
    components,
    summary: { hash: digest, components: {} },
    listing: { hash: digest, components: kinds as Record<string, ComponentDetails> },
  };
}

function moduleHome(type: string): string {
  return inCoreRepository.has(type)
    ? 'go.opentelemetry.io/collector'
    : 'github.com/open-telemetry/opentelemetry-collector-contrib';
}
