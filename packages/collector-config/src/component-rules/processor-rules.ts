import type { ComponentRemark, ComponentRule } from './component-rule.ts';
import { atLeast, atMost, conflict, notNegative, oneOf, positive, required } from './component-rule.ts';
import { isTimeZone } from './is-time-zone.ts';
import type { Settings } from './settings.ts';

const defaultBatchSize = 8192;

const batch: ComponentRule = {
  section: 'processors',
  types: ['batch'],
  check: (settings) => {
    const [size, max] = [settings.at('send_batch_size'), settings.at('send_batch_max_size')];
    const least = size.isSet ? size.number : defaultBatchSize;
    const isBelow = least !== undefined && (max.number ?? 0) > 0 && (max.number ?? 0) < least;
    return [
      isBelow
        ? conflict(
            max,
            `send_batch_max_size must not be below send_batch_size (${String(least)}${size.isSet ? '' : ' by default'}).`,
          )
        : undefined,
      notNegative(settings.at('timeout')),
      ...repeated(settings.at('metadata_keys')),
    ];
  },
};

function repeated(keys: Settings): readonly ComponentRemark[] {
  const seen = new Set<string>();
  return keys.items().flatMap((item) => {
    const key = item.text?.toLowerCase();
    if (key === undefined) return [];
    if (seen.has(key))
      return [
        {
          kind: 'conflict',
          path: item.path,
          message: `"${key.slice(0, 80)}" stands twice among metadata_keys; upper and lower case are the same there.`,
        },
      ];
    seen.add(key);
    return [];
  });
}

const memoryLimiter: ComponentRule = {
  section: 'processors',
  types: ['memory_limiter'],
  check: (settings) => {
    const interval = settings.at('check_interval');
    const [limit, spike] = [settings.at('limit_mib'), settings.at('spike_limit_mib')];
    const [share, spikeShare] = [settings.at('limit_percentage'), settings.at('spike_limit_percentage')];
    const hasLimit = [limit, share].some((one) => one.isHidden || (one.number ?? 0) > 0);
    const isAbove = (left: Settings, right: Settings): boolean =>
      left.number !== undefined &&
      right.number !== undefined &&
      right.number > 0 &&
      left.number >= right.number;
    return [
      interval.isSet
        ? positive(interval)
        : required(interval, 'check_interval, how often memory is looked at,'),
      hasLimit
        ? undefined
        : {
            kind: 'required',
            path: settings.path,
            message: 'memory_limiter needs a limit: limit_mib or limit_percentage.',
          },
      isAbove(spike, limit) ? conflict(spike, 'spike_limit_mib must be below limit_mib.') : undefined,
      isAbove(spikeShare, share)
        ? conflict(spikeShare, 'spike_limit_percentage must be below limit_percentage.')
        : undefined,
      atMost(share, 100),
      atMost(spikeShare, 100),
    ];
  },
};

const actions = ['insert', 'update', 'upsert', 'delete', 'hash', 'extract', 'convert'];

const attributeActions: ComponentRule = {
  section: 'processors',
  types: ['attributes', 'resource'],
  check: (settings) => {
    const list = settings.at(settings.path[1]?.toString().startsWith('resource') ? 'attributes' : 'actions');
    return [required(list, 'At least one action'), ...list.items().flatMap(checkAction)];
  },
};

function checkAction(action: Settings): readonly (ComponentRemark | undefined)[] {
  const verb = action.at('action').text?.toLowerCase();
  if (verb === undefined && !action.at('action').isHidden)
    return [required(action.at('action'), 'action, what is done to the attribute,')];
  if (verb !== undefined && !actions.includes(verb)) return [oneOf(action.at('action'), actions)];
  const [key, pattern] = [action.at('key'), action.at('pattern')];
  const needsKey = !['delete', 'hash'].includes(verb ?? '') || pattern.isEmpty;
  const sources = ['value', 'from_attribute', 'from_context', 'default_value'];
  const needsValue = ['insert', 'update', 'upsert'].includes(verb ?? '');
  return [
    needsKey ? required(key, 'key, the name of the attribute,') : undefined,
    needsValue && sources.every((name) => !action.at(name).isSet)
      ? {
          kind: 'required',
          path: action.path,
          message: `${verb ?? ''} needs something to write: value, from_attribute, from_context or default_value.`,
        }
      : undefined,
    verb === 'extract' ? required(pattern, 'pattern, with a named group for each attribute,') : undefined,
    verb === 'convert' ? required(action.at('converted_type'), 'converted_type') : undefined,
    verb === 'convert' ? oneOf(action.at('converted_type'), ['int', 'double', 'string']) : undefined,
  ];
}

const probabilisticSampler: ComponentRule = {
  section: 'processors',
  types: ['probabilistic_sampler'],
  check: (settings) => [
    atLeast(settings.at('sampling_percentage'), 0),
    oneOf(settings.at('mode'), ['', 'hash_seed', 'equalizing', 'proportional']),
    oneOf(settings.at('attribute_source'), ['traceID', 'record']),
  ],
};

const metricActions = ['insert', 'update', 'combine', 'group'];

const metricsTransform: ComponentRule = {
  section: 'processors',
  types: ['metricstransform'],
  check: (settings) =>
    settings
      .at('transforms')
      .items()
      .flatMap((transform) => {
        const [name, action] = [transform.at('new_name'), transform.at('action')];
        const verb = action.text;
        return [
          required(transform.at('include'), 'include, the name of the metric,'),
          action.isSet
            ? oneOf(action, metricActions)
            : required(action, `action, one of ${metricActions.join(', ')},`),
          verb === 'insert' || verb === 'combine'
            ? required(name, `new_name, the name of the metric to ${verb},`)
            : undefined,
          oneOf(transform.at('match_type'), ['strict', 'regexp']),
        ];
      }),
};

const logDedup: ComponentRule = {
  section: 'processors',
  types: ['logdedup'],
  check: (settings) => {
    const zone = settings.at('timezone');
    return [
      zone.text !== undefined && !isTimeZone(zone.text)
        ? {
            kind: 'choice',
            path: zone.path,
            at: 'value',
            message: 'This is no time zone. Write UTC or Area/City.',
          }
        : undefined,
      positive(settings.at('interval')),
      settings.at('log_count_attribute').value === ''
        ? required(settings.at('log_count_attribute'), 'log_count_attribute')
        : undefined,
    ];
  },
};

const span: ComponentRule = {
  section: 'processors',
  types: ['span'],
  check: (settings) => {
    const isIdle =
      settings.at('name', 'from_attributes').isEmpty &&
      settings.at('name', 'to_attributes').isEmpty &&
      settings.at('status').isEmpty;
    return [
      isIdle
        ? {
            kind: 'required',
            path: settings.path,
            message: 'span has nothing to do: give name.from_attributes, name.to_attributes or status.',
          }
        : undefined,
    ];
  },
};

const intervals: ComponentRule = {
  section: 'processors',
  types: ['interval'],
  check: (settings) => [positive(settings.at('interval'))],
};

export const processorRules: readonly ComponentRule[] = [
  batch,
  memoryLimiter,
  attributeActions,
  probabilisticSampler,
  metricsTransform,
  logDedup,
  span,
  intervals,
];
