import type { ComponentDoc, FieldDoc } from './component-doc.ts';

const actionFields = (list: string): Readonly<Record<string, FieldDoc>> => ({
  [list]: 'What is done to attributes, in this order.',
  [`${list}.key`]: 'Name of the attribute.',
  [`${list}.value`]: 'Value that it gets.',
  [`${list}.action`]: {
    doc: 'insert where it is missing, update where it is there, upsert either way; delete, hash, extract parts, convert.',
    enum: ['insert', 'update', 'upsert', 'delete', 'hash', 'extract', 'convert'],
  },
  [`${list}.from_attribute`]: 'Attribute that the value is taken from.',
  [`${list}.from_context`]:
    "Value from the request: a header as metadata.<name>, or the authenticated caller's data.",
  [`${list}.pattern`]:
    'Expression: with extract its named groups become attributes, with delete and hash it chooses keys.',
  [`${list}.converted_type`]: { doc: 'Type to convert to.', enum: ['int', 'double', 'string'] },
});

const statements = (signal: string): Readonly<Record<string, FieldDoc>> => ({
  [`${signal}_statements`]: `What is done to ${signal}: OTTL statements, in this order.`,
  [`${signal}_statements.context`]: 'What the statements see.',
  [`${signal}_statements.statements`]: 'OTTL statements, in this order.',
  [`${signal}_statements.conditions`]: 'The statements act only where one of these is true.',
});

export const processorDocs: Readonly<Record<string, ComponentDoc>> = {
  batch: {
    doc: 'Gathers telemetry into batches: fewer, larger requests.',
    fields: {
      timeout: 'A batch is passed on after this time, full or not; 0 at once.',
      send_batch_size: 'A batch is passed on when it has this many items.',
      send_batch_max_size: 'Larger batches are split; 0 never splits. Not less than send_batch_size.',
      metadata_keys: 'Batch separately by these request headers.',
      metadata_cardinality_limit: 'How many different combinations of those are told apart.',
    },
  },
  memory_limiter: {
    doc: 'Refuses data while the Collector is short of memory. Belongs first in a pipeline.',
    fields: {
      check_interval: 'How often memory is looked at; must be set.',
      limit_mib: 'Memory that may be used, in MiB.',
      spike_limit_mib: 'How far below the limit refusing begins, in MiB; a fifth of it when not set.',
      limit_percentage: "Memory that may be used, as a part of the host's or container's.",
      spike_limit_percentage: 'How far below the limit refusing begins, as a part of all memory.',
    },
  },
  attributes: {
    doc: 'Adds, changes and removes attributes of spans, metric points and log records.',
    fields: {
      ...actionFields('actions'),
      include: 'Only what matches this is changed.',
      exclude: 'What matches this stays as it is.',
      'include.match_type': { doc: 'How names and values are compared.', enum: ['strict', 'regexp'] },
      'exclude.match_type': { doc: 'How names and values are compared.', enum: ['strict', 'regexp'] },
    },
  },
  resource: {
    doc: 'Adds, changes and removes resource attributes.',
    fields: actionFields('attributes'),
  },
  resourcedetection: {
    doc: 'Finds out where the Collector runs (host, cloud, container) and says so in resource attributes.',
    fields: {
      detectors: 'What is asked, in this order; the first that knows an attribute sets it.',
      override: 'Replace attributes that are there already.',
      'system.hostname_sources': 'Where the host name is taken from, in this order.',
    },
  },
  filter: {
    doc: 'Drops what matches a condition.',
    fields: {
      traces: 'Conditions on traces: what makes one true is dropped.',
      'traces.span': 'OTTL conditions on spans.',
      'traces.spanevent': 'OTTL conditions on span events.',
      metrics: 'Conditions on metrics: what makes one true is dropped.',
      'metrics.metric': 'OTTL conditions on metrics.',
      'metrics.datapoint': 'OTTL conditions on data points.',
      logs: 'Conditions on logs: what makes one true is dropped.',
      'logs.log_record': 'OTTL conditions on log records.',
    },
  },
  transform: {
    doc: 'Changes telemetry by statements in OTTL.',
    fields: { ...statements('trace'), ...statements('metric'), ...statements('log') },
  },
  tail_sampling: {
    doc: 'Keeps or drops whole traces, once their spans have come in. All spans of a trace must reach the same Collector.',
    fields: {
      decision_wait: 'How long spans of a trace are waited for.',
      num_traces: 'Traces that are held at a time.',
      expected_new_traces_per_sec: 'For how many new traces a second room is made.',
      policies: 'A trace is kept when one of these wants it.',
      'policies.name': 'Name of the policy, for its metrics.',
      'policies.type': {
        doc: 'What the policy looks at.',
        enum: [
          'always_sample',
          'latency',
          'numeric_attribute',
          'probabilistic',
          'status_code',
          'string_attribute',
          'trace_state',
          'rate_limiting',
          'bytes_limiting',
          'span_count',
          'boolean_attribute',
          'ottl_condition',
          'and',
          'not',
          'drop',
          'composite',
        ],
      },
      'policies.latency.threshold_ms': 'Keep traces that took at least this many milliseconds.',
      'policies.status_code.status_codes': 'Keep traces with a span of one of these: OK, ERROR, UNSET.',
      'policies.probabilistic.sampling_percentage': 'Part of the traces that is kept.',
      'policies.string_attribute.key': 'Attribute that is looked at.',
      'policies.string_attribute.values': 'Values that are wanted.',
      'policies.rate_limiting.spans_per_second': 'Spans a second, at most.',
      'decision_cache.sampled_cache_size': 'How many kept traces are remembered, for spans that come late.',
      'decision_cache.non_sampled_cache_size':
        'How many dropped traces are remembered, for spans that come late.',
    },
  },
  probabilistic_sampler: {
    doc: 'Keeps a part of traces or logs, chosen by their trace id or an attribute.',
    fields: {
      sampling_percentage: 'Part that is kept, 0 to 100.',
      hash_seed: 'Collectors of one tier need the same seed.',
      mode: { doc: 'How it is decided.', enum: ['hash_seed', 'equalizing', 'proportional'] },
      attribute_source: { doc: 'For logs: what is hashed.', enum: ['traceID', 'record'] },
      from_attribute: 'For logs: the attribute that is hashed.',
    },
  },
  k8s_attributes: {
    doc: 'Adds the name, namespace, labels and more of the Kubernetes pod that telemetry comes from.',
    fields: {
      auth_type: { doc: 'How the API is logged in to.', enum: ['serviceAccount', 'kubeConfig', 'none'] },
      passthrough: "Only note the pod's address, for a Collector further on.",
      extract: 'What is added.',
      'extract.metadata': 'Attributes of pod, node and workload that are added.',
      'extract.labels': 'Labels that are added.',
      'extract.annotations': 'Annotations that are added.',
      filter: 'Which pods are known.',
      'filter.node': 'Only pods of this node.',
      'filter.node_from_env_var': 'Only pods of the node that this environment variable names.',
      pod_association: 'How telemetry is matched with a pod.',
    },
  },
  span: {
    doc: 'Renames spans, and takes attributes out of their names.',
    fields: {
      'name.from_attributes': 'Attributes whose values make up the new name, in this order.',
      'name.separator': 'What stands between them.',
      'name.to_attributes.rules': 'Expressions with named groups: each becomes an attribute.',
      'status.code': { doc: 'Status that spans get.', enum: ['Ok', 'Error', 'Unset'] },
    },
  },
  groupbyattrs: {
    doc: 'Puts what has the same values of some attributes under one resource.',
    fields: { keys: 'The attributes. None: only gathers what belongs together.' },
  },
  metricstransform: {
    doc: 'Renames metrics, and adds, renames and aggregates their labels.',
    fields: {
      transforms: 'What is changed, in this order.',
      'transforms.include': 'Name, or expression, of the metrics.',
      'transforms.match_type': { doc: 'How the name is compared.', enum: ['strict', 'regexp'] },
      'transforms.action': {
        doc: 'Change the metric, or make another of it.',
        enum: ['update', 'insert', 'combine', 'group'],
      },
      'transforms.new_name': 'Name that it gets.',
      'transforms.operations': 'What is done to its labels and values.',
    },
  },
  cumulativetodelta: {
    doc: 'Turns sums that grow for ever into their growth since the last point.',
    fields: {
      include: 'Only these metrics.',
      exclude: 'All but these metrics.',
      max_staleness: 'A series that is silent for this long is forgotten; 0 never.',
      initial_value: { doc: 'What becomes of the first point.', enum: ['auto', 'keep', 'drop'] },
    },
  },
  deltatocumulative: {
    doc: 'Adds up deltas into sums that grow for ever.',
    fields: {
      max_stale: 'A series that is silent for this long is forgotten.',
      max_streams: 'Series that are held at a time.',
    },
  },
  redaction: {
    doc: 'Removes attributes that are not allowed, and masks values that look secret.',
    fields: {
      allow_all_keys: 'Keep all attributes; values are masked all the same.',
      allowed_keys: 'Attributes that are kept.',
      ignored_keys: 'Attributes that are kept and not looked into.',
      blocked_values: 'Expressions: what matches in a value is masked.',
      blocked_key_patterns: 'Expressions: values of such keys are masked.',
      hash_function: { doc: 'Mask by a hash instead of asterisks.', enum: ['sha1', 'sha3', 'md5'] },
      summary: { doc: 'What is noted about the masking.', enum: ['debug', 'info', 'silent'] },
    },
  },
  logdedup: {
    doc: 'Makes one of log records that are the same, with their number.',
    fields: {
      interval: 'How long records are gathered.',
      log_count_attribute: 'Attribute that holds the number.',
      timezone: 'Time zone of the times that are noted.',
      exclude_fields: 'Fields that do not count in the comparison.',
      conditions: 'OTTL conditions: only such records are gathered.',
    },
  },
  interval: {
    doc: 'Passes on the latest value of each series, once per interval.',
    fields: { interval: 'How often values are passed on.' },
  },
};
