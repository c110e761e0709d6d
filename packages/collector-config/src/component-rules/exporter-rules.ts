import type { ComponentRemark, ComponentRule } from './component-rule.ts';
import { atLeast, conflict, notNegative, oneOf, required } from './component-rule.ts';
import type { Settings } from './settings.ts';

const otlp: ComponentRule = {
  section: 'exporters',
  types: ['otlp', 'otlp_grpc'],
  check: (settings) => {
    const endpoint = settings.at('endpoint');
    return [required(endpoint, 'endpoint, where to send as host:port,'), checkPort(endpoint)];
  },
};

function checkPort(endpoint: Settings): ComponentRemark | undefined {
  const { text } = endpoint;
  if (text === undefined || text === '' || text.includes('://') || /^unix:/.test(text)) return undefined;
  const authority = text.replace(/^dns:\/*/, '');
  const port = /^(?:\[[^\]]*\]|[^:]*):(.*)$/.exec(authority)?.[1];
  const isPort = port !== undefined && /^\d{1,5}$/.test(port) && Number(port) <= 65_535;
  if (isPort) return undefined;
  const message =
    port === undefined ? 'The port is missing: write host:port.' : 'What follows the colon is no port.';
  return { kind: 'range', path: endpoint.path, at: 'value', message };
}

const otlpHttp: ComponentRule = {
  section: 'exporters',
  types: ['otlphttp', 'otlp_http'],
  check: (settings) => {
    const keys = ['endpoint', 'traces_endpoint', 'metrics_endpoint', 'logs_endpoint', 'profiles_endpoint'];
    return [
      keys.every((key) => settings.at(key).isEmpty)
        ? {
            kind: 'required',
            path: settings.path,
            message:
              'endpoint must be given, or traces_endpoint, metrics_endpoint and so on for what is sent.',
          }
        : undefined,
      oneOf(settings.at('encoding'), ['proto', 'json']),
    ];
  },
};

const verbosities = ['basic', 'normal', 'detailed'];

const debug: ComponentRule = {
  section: 'exporters',
  types: ['debug'],
  check: (settings) => {
    const verbosity = settings.at('verbosity');
    const isKnown = verbosities.includes(verbosity.text?.toLowerCase() ?? 'basic');
    return [isKnown ? undefined : oneOf(verbosity, verbosities)];
  },
};

const prometheusRemoteWrite: ComponentRule = {
  section: 'exporters',
  types: ['prometheusremotewrite'],
  check: (settings) => [
    atLeast(settings.at('remote_write_queue', 'queue_size'), 0),
    atLeast(settings.at('remote_write_queue', 'num_consumers'), 0),
  ],
};

/** The queue, the retries and the time limit that nearly every exporter has. */
const sending: ComponentRule = {
  section: 'exporters',
  types: [],
  check: (settings) => {
    const [queue, retry] = [settings.at('sending_queue'), settings.at('retry_on_failure')];
    const isQueueing = queue.at('enabled').value !== false;
    const isRetrying = retry.at('enabled').value !== false;
    return [
      ...(isQueueing ? [atLeast(queue.at('queue_size'), 1), atLeast(queue.at('num_consumers'), 1)] : []),
      ...(isRetrying
        ? [
            notNegative(retry.at('initial_interval')),
            notNegative(retry.at('max_interval')),
            notNegative(retry.at('max_elapsed_time')),
            checkElapsed(retry),
          ]
        : []),
      notNegative(settings.at('timeout')),
    ];
  },
};

function checkElapsed(retry: Settings): ComponentRemark | undefined {
  const elapsed = retry.at('max_elapsed_time');
  if ((elapsed.duration ?? 0n) <= 0n) return undefined;
  for (const key of ['initial_interval', 'max_interval']) {
    const pause = retry.at(key).duration;
    if (pause !== undefined && pause > (elapsed.duration ?? 0n))
      return conflict(elapsed, `max_elapsed_time must not be below ${key}.`);
  }
  return undefined;
}

export const exporterRules: readonly ComponentRule[] = [
  otlp,
  otlpHttp,
  debug,
  prometheusRemoteWrite,
  sending,
];
