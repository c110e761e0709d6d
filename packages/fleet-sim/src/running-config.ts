import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { parse, stringify } from 'yaml';
import type { CollectorBuild, ComponentKind } from './build.ts';

export type ConfigTree = { [key: string]: unknown };

/** What a Collector runs: one object for all agents that run the same. */
export interface RunningConfig {
  /** The Collector's own rendering. */
  readonly body: Uint8Array;
  /** SHA-256 of the body, hex. */
  readonly digest: string;
  readonly tree: ConfigTree;
  /** Ids of the components of each pipeline, as health reports name them. */
  readonly pipelines: Readonly<Record<string, readonly string[]>>;
  readonly extensions: readonly string[];
}

/** A configuration as offered: read once, shared by all agents that were offered it. */
export interface OfferedConfig {
  /** `config_hash`, hex. */
  readonly hash: string;
  readonly hashBytes: Uint8Array;
  readonly isEmpty: boolean;
  /** Absent when the text does not parse. */
  readonly running?: RunningConfig;
  /** The parser's words when it does not. */
  readonly parserFault?: string;
}

/** Reads an offer: files merged in the order of their names, later wins, as a supervisor does. */
export function readOffer(hashBytes: Uint8Array, files: ReadonlyMap<string, Uint8Array>): OfferedConfig {
  const hash = Buffer.from(hashBytes).toString('hex');
  if (files.size === 0) return { hash, hashBytes, isEmpty: true };
  try {
    let tree: ConfigTree = {};
    for (const name of [...files.keys()].sort())
      tree = merge(tree, parseTree(Buffer.from(files.get(name) ?? []).toString('utf8')));
    return { hash, hashBytes, isEmpty: false, running: toRunning(tree) };
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
    return { hash, hashBytes, isEmpty: false, parserFault: reason };
  }
}

/** What is left of a configuration after somebody logged in and turned a knob. */
export function edited(config: RunningConfig): RunningConfig {
  const tree = structuredClone(config.tree);
  const exporters = section(tree, 'exporters');
  const processors = section(tree, 'processors');
  const first = Object.keys(exporters)[0];
  if ('batch' in processors) processors['batch'] = { ...map(processors['batch']), timeout: '10s' };
  else if (first !== undefined) exporters[first] = { ...map(exporters[first]), verbosity: 'detailed' };
  tree['exporters'] = exporters;
  tree['processors'] = processors;
  return toRunning(tree);
}

/** Why this build would not run it, in the Collector's own manner; undefined when it would. */
export function findFault(config: RunningConfig, build: CollectorBuild): string | undefined {
  for (const kind of Object.keys(build.components) as ComponentKind[]) {
    for (const id of Object.keys(section(config.tree, kind))) {
      const type = id.split('/')[0] as string;
      if (!build.components[kind].includes(type))
        return `'${kind}' unknown type: "${type}" for id: "${id}" (valid values: [${build.components[kind].join(' ')}])`;
    }
  }
  const defined = new Set(
    (['receivers', 'processors', 'exporters', 'connectors'] as const).flatMap((kind) =>
      Object.keys(section(config.tree, kind)).map((id) => `${kind.slice(0, -1)}:${id}`),
    ),
  );
  for (const [pipeline, components] of Object.entries(config.pipelines)) {
    for (const component of components) {
      const [kind, id] = component.split(':') as [string, string];
      if (!defined.has(component) && !defined.has(`connector:${id}`))
        return `service::pipelines::${pipeline}: references ${kind} "${id}" which is not configured`;
    }
  }
  return undefined;
}

function parseTree(text: string): ConfigTree {
  const value: unknown = parse(text);
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw new Error('retrieved value does not have unmarshaled to a map');
  return value as ConfigTree;
}

function merge(into: ConfigTree, from: ConfigTree): ConfigTree {
  const merged = { ...into };
  for (const [key, value] of Object.entries(from)) {
    const before = merged[key];
    merged[key] = isMap(before) && isMap(value) ? merge(before, value) : value;
  }
  return merged;
}

/**
 * Renders as a Collector does: keys sorted, defaults filled in, the opamp extension and telemetry added. Only the commonest defaults, and
 * without the agent's own uid in `extensions.opamp`, so that the whole fleet shares one body.
 */
function toRunning(source: ConfigTree): RunningConfig {
  const tree: ConfigTree = {
    connectors: {},
    exporters: {},
    extensions: {},
    processors: {},
    receivers: {},
    ...source,
  };
  const service = map(tree['service']);
  const own = Array.isArray(service['extensions']) ? (service['extensions'] as string[]) : [];
  const extensions = own.includes('opamp') ? own : [...own, 'opamp'];
  const rendered: ConfigTree = {
    ...tree,
    exporters: fillIn(map(tree['exporters']), exporterDefaults),
    processors: fillIn(map(tree['processors']), processorDefaults),
    receivers: fillIn(map(tree['receivers']), {}),
    extensions: {
      ...map(tree['extensions']),
      opamp: {
        capabilities: { reports_effective_config: true, reports_health: true },
        ppid_poll_interval: '5s',
        server: { ws: { endpoint: 'ws://127.0.0.1:4320/v1/opamp' } },
      },
    },
    service: {
      ...service,
      extensions,
      pipelines: completed(map(service['pipelines'])),
      telemetry: merge(telemetryDefaults, map(service['telemetry'])),
    },
  };
  const body = Buffer.from(stringify(rendered, { sortMapEntries: true, aliasDuplicateObjects: false }));
  return {
    body,
    digest: createHash('sha256').update(body).digest('hex'),
    tree,
    pipelines: pipelinesOf(service),
    extensions: extensions.filter((id) => id !== 'opamp'),
  };
}

const exporterDefaults: Readonly<Record<string, ConfigTree>> = {
  debug: { sampling_initial: 2, sampling_thereafter: 1, use_internal_logger: true, verbosity: 'Basic' },
  otlp: { compression: 'gzip', timeout: '5s', write_buffer_size: 524288 },
  otlphttp: { compression: 'gzip', encoding: 'proto', timeout: '30s' },
};

const processorDefaults: Readonly<Record<string, ConfigTree>> = {
  batch: {
    metadata_cardinality_limit: 1000,
    send_batch_max_size: 0,
    send_batch_size: 8192,
    timeout: '200ms',
  },
  memory_limiter: { limit_percentage: 0, min_gc_interval_when_soft_limited: '10s', spike_limit_mib: 0 },
};

const telemetryDefaults: ConfigTree = {
  logs: { encoding: 'console', level: 'info', output_paths: ['stderr'] },
  metrics: { level: 'Normal' },
};

function fillIn(components: ConfigTree, defaults: Readonly<Record<string, ConfigTree>>): ConfigTree {
  return Object.fromEntries(
    Object.entries(components).map(([id, value]) => {
      const known = defaults[id.split('/')[0] as string];
      return [id, known === undefined ? value : merge(known, map(value))];
    }),
  );
}

/** A pipeline always shows its three lists. */
function completed(pipelines: ConfigTree): ConfigTree {
  return Object.fromEntries(
    Object.entries(pipelines).map(([id, value]) => [id, { processors: [], ...map(value) }]),
  );
}

function pipelinesOf(service: ConfigTree): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(map(service['pipelines'])).map(([id, pipeline]) => [
      id,
      ['receivers', 'processors', 'exporters'].flatMap((kind) => {
        const ids = map(pipeline)[kind];
        return Array.isArray(ids) ? ids.map((component) => `${kind.slice(0, -1)}:${String(component)}`) : [];
      }),
    ]),
  );
}

function section(tree: ConfigTree, kind: string): ConfigTree {
  return { ...map(tree[kind]) };
}

function isMap(value: unknown): value is ConfigTree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function map(value: unknown): ConfigTree {
  return isMap(value) ? value : {};
}

/** What an agent runs until it is told otherwise. */
export const localConfig: RunningConfig = toRunning(
  parseTree(`
receivers:
  otlp: {protocols: {grpc: {endpoint: '127.0.0.1:4317'}, http: {endpoint: '127.0.0.1:4318'}}}
processors:
  batch: {timeout: 200ms}
exporters:
  debug: {verbosity: basic}
service:
  pipelines:
    traces: {receivers: [otlp], processors: [batch], exporters: [debug]}
    metrics: {receivers: [otlp], processors: [batch], exporters: [debug]}
`),
);
