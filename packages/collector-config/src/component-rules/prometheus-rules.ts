import { nearestName } from '../nearest-name.ts';
import { readDuration } from '../read-quantity.ts';
import type { ComponentRemark, ComponentRule } from './component-rule.ts';
import { conflict, required } from './component-rule.ts';
import type { Settings } from './settings.ts';

/** What stands under `config` is Prometheus's own: it refuses keys that it does not know, and so does this. */
const keys = {
  config: [
    'global',
    'runtime',
    'rule_files',
    'scrape_config_files',
    'scrape_configs',
    'storage',
    'tracing',
    'otlp',
    'alerting',
    'remote_write',
    'remote_read',
  ],
  job: [
    'job_name',
    'honor_labels',
    'honor_timestamps',
    'track_timestamps_staleness',
    'params',
    'scrape_interval',
    'scrape_timeout',
    'scrape_protocols',
    'scrape_fallback_protocol',
    'scrape_native_histograms',
    'scrape_classic_histograms',
    'always_scrape_classic_histograms',
    'convert_classic_histograms_to_nhcb',
    'extra_scrape_metrics',
    'metrics_path',
    'scheme',
    'enable_compression',
    'scrape_failure_log_file',
    'body_size_limit',
    'sample_limit',
    'target_limit',
    'label_limit',
    'label_name_length_limit',
    'label_value_length_limit',
    'native_histogram_bucket_limit',
    'native_histogram_min_bucket_factor',
    'keep_dropped_targets',
    'metric_name_validation_scheme',
    'metric_name_escaping_scheme',
    'relabel_configs',
    'metric_relabel_configs',
    'basic_auth',
    'authorization',
    'oauth2',
    'tls_config',
    'bearer_token',
    'bearer_token_file',
    'follow_redirects',
    'enable_http2',
    'http_headers',
    'proxy_url',
    'no_proxy',
    'proxy_from_environment',
    'proxy_connect_header',
  ],
} as const;

const defaultIntervalText = '1m';

const prometheus: ComponentRule = {
  section: 'receivers',
  types: ['prometheus'],
  check: (settings) => {
    const config = settings.at('config');
    const global = config.at('global');
    const jobs = config.at('scrape_configs').items();
    return [
      ...unknownKeys(config, keys.config),
      ...jobs.flatMap((job) => [
        required(job.at('job_name'), 'job_name'),
        ...unknownKeys(job, keys.job, (key) => key.endsWith('_sd_configs') || key === 'static_configs'),
        checkTimeout(job, global),
      ]),
      ...repeatedNames(jobs),
    ];
  },
};

function unknownKeys(
  settings: Settings,
  known: readonly string[],
  isKnown: (key: string) => boolean = () => false,
): readonly ComponentRemark[] {
  return settings
    .keys()
    .filter((key) => !known.includes(key) && !isKnown(key))
    .map((key) => ({
      kind: 'choice',
      path: settings.at(key).path,
      message: `"${key.slice(0, 80)}" is no key that Prometheus knows here.`,
      suggestion: nearestName(key, [...known, 'static_configs', 'kubernetes_sd_configs', 'file_sd_configs']),
    }));
}

function checkTimeout(job: Settings, global: Settings): ComponentRemark | undefined {
  const [own, ownTimeout] = [job.at('scrape_interval'), job.at('scrape_timeout')];
  if (own.isHidden || !ownTimeout.isSet || ownTimeout.text === undefined) return undefined;
  const interval = own.text ?? global.at('scrape_interval').text ?? defaultIntervalText;
  const [every, limit] = [readPromDuration(interval), readPromDuration(ownTimeout.text)];
  if (every === undefined || limit === undefined || limit <= every) return undefined;
  return conflict(ownTimeout, `scrape_timeout must not be longer than scrape_interval (${interval}).`);
}

function readPromDuration(text: string): bigint | undefined {
  const days = /^(\d{1,6})(d|w|y)$/.exec(text);
  if (days === null) return readDuration(text);
  const hours = { d: 24n, w: 168n, y: 8760n }[days[2] as 'd' | 'w' | 'y'];
  return BigInt(days[1] ?? 0) * hours * 3_600_000_000_000n;
}

function repeatedNames(jobs: readonly Settings[]): readonly ComponentRemark[] {
  const seen = new Set<string>();
  return jobs.flatMap((job) => {
    const name = job.at('job_name');
    if (name.text === undefined) return [];
    const isRepeated = seen.has(name.text);
    seen.add(name.text);
    if (!isRepeated) return [];
    const message = `There is a job "${name.text.slice(0, 80)}" already.`;
    return [{ kind: 'conflict', path: name.path, at: 'value', message }];
  });
}

export const prometheusRules: readonly ComponentRule[] = [prometheus];
