import { nearestName } from '../nearest-name.ts';
import type { ComponentRemark, ComponentRule } from './component-rule.ts';
import { notNegative, oneOf, positive, required } from './component-rule.ts';
import { findPatternFault } from './find-pattern-fault.ts';
import type { Settings } from './settings.ts';

const otlp: ComponentRule = {
  section: 'receivers',
  types: ['otlp'],
  check: (settings) => {
    const protocols = settings.at('protocols');
    const isListening =
      protocols.isHidden || ['grpc', 'http'].some((name) => protocols.keys().includes(name));
    return [
      isListening
        ? undefined
        : {
            kind: 'required',
            path: settings.path,
            message: 'protocols must name grpc, http or both: else nothing listens.',
          },
    ];
  },
};

const scrapers = [
  'cpu',
  'disk',
  'filesystem',
  'load',
  'memory',
  'network',
  'nfs',
  'paging',
  'process',
  'processes',
  'system',
];

const hostMetrics: ComponentRule = {
  section: 'receivers',
  types: ['hostmetrics'],
  check: (settings) => [
    required(settings.at('scrapers'), 'At least one scraper, such as cpu or memory,'),
    ...settings
      .at('scrapers')
      .keys()
      .map((name): ComponentRemark | undefined =>
        scrapers.includes(name)
          ? undefined
          : {
              kind: 'choice',
              path: settings.at('scrapers', name).path,
              message: `There is no scraper "${name.slice(0, 80)}". Known are ${scrapers.join(', ')}.`,
              suggestion: nearestName(name, scrapers),
            },
      ),
  ],
};

/** Receivers that ask again and again. */
const scraping: ComponentRule = {
  section: 'receivers',
  types: ['hostmetrics', 'kubeletstats', 'docker_stats', 'redis', 'postgresql', 'mysql', 'nginx'],
  check: (settings) => [
    positive(settings.at('collection_interval')),
    notNegative(settings.at('timeout')),
    notNegative(settings.at('initial_delay')),
  ],
};

const operatorTypes = [
  'add',
  'assign_keys',
  'container',
  'copy',
  'csv_parser',
  'file_input',
  'file_output',
  'filter',
  'flatten',
  'generate_input',
  'journald_input',
  'json_array_parser',
  'json_parser',
  'key_value_parser',
  'move',
  'namedpipe',
  'noop',
  'recombine',
  'regex_parser',
  'regex_replace',
  'remove',
  'retain',
  'router',
  'scope_name_parser',
  'severity_parser',
  'stdin',
  'stdout',
  'syslog_input',
  'syslog_parser',
  'tcp_input',
  'time_parser',
  'trace_parser',
  'udp_input',
  'unquote',
  'uri_parser',
  'windows_eventlog_input',
];

const fileLog: ComponentRule = {
  section: 'receivers',
  types: ['filelog', 'file_log'],
  check: (settings) => [
    required(settings.at('include'), 'include, which files to read,'),
    ...settings.at('operators').items().flatMap(checkOperator),
    ...['line_start_pattern', 'line_end_pattern'].map((key) => checkPattern(settings.at('multiline', key))),
  ],
};

function checkOperator(operator: Settings): readonly (ComponentRemark | undefined)[] {
  const type = operator.at('type');
  if (!type.isSet) return [required(type, 'type, what the operator does,')];
  if (type.text === undefined) return [];
  if (!operatorTypes.includes(type.text))
    return [
      {
        kind: 'choice',
        path: type.path,
        at: 'value',
        message: `There is no operator of type "${type.text.slice(0, 80)}".`,
        suggestion: nearestName(type.text, operatorTypes),
      },
    ];
  if (type.text === 'regex_parser')
    return [
      operator.at('regex').isSet
        ? checkPattern(operator.at('regex'), { isNamed: true })
        : required(operator.at('regex'), 'regex, with a named group for each attribute,'),
    ];
  if (type.text === 'router')
    return [
      required(operator.at('routes'), 'At least one route'),
      ...operator.at('routes').items().flatMap(checkRoute),
    ];
  return [];
}

function checkRoute(route: Settings): readonly (ComponentRemark | undefined)[] {
  return [required(route.at('expr'), 'expr, when the route is taken,')];
}

function checkPattern(pattern: Settings, { isNamed = false } = {}): ComponentRemark | undefined {
  if (pattern.text === undefined) return undefined;
  const fault = findPatternFault(pattern.text);
  const message =
    fault ??
    (isNamed && !/\(\?P?</.test(pattern.text) ? 'A named group is missing: (?P<name>…).' : undefined);
  if (message === undefined) return undefined;
  return { kind: 'expression', path: pattern.path, at: 'value', message };
}

const authTypes = ['none', 'serviceAccount', 'kubeConfig', 'tls'];

const kubernetes: ComponentRule = {
  section: 'receivers',
  types: ['kubeletstats', 'k8s_cluster'],
  check: (settings) => [oneOf(settings.at('auth_type'), authTypes)],
};

const dockerStats: ComponentRule = {
  section: 'receivers',
  types: ['docker_stats'],
  check: (settings) => {
    const version = settings.at('api_version');
    const [, major, minor] = /^(\d+)\.(\d+)$/.exec(String(version.value ?? '')) ?? [];
    const isOld = Number(major ?? 1) < 1 || (Number(major ?? 1) === 1 && Number(minor ?? 25) < 25);
    return [
      isOld
        ? { kind: 'range', path: version.path, at: 'value', message: 'api_version must not be below 1.25.' }
        : undefined,
    ];
  },
};

export const receiverRules: readonly ComponentRule[] = [
  otlp,
  hostMetrics,
  scraping,
  fileLog,
  kubernetes,
  dockerStats,
];
