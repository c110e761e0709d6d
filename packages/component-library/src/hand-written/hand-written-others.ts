import type { HandWrittenEntry } from './hand-written-entry.ts';

export const handWrittenConnectors: readonly HandWrittenEntry[] = [
  {
    kind: 'connector',
    type: 'spanmetrics',
    doc: 'Counts spans and measures how long they take.',
    pairs: [['traces', 'metrics']],
    fields: {
      'histogram.unit': { type: 'string', doc: 'Unit of durations.', default: 'ms', enum: ['ms', 's'] },
      'histogram.disable': { type: 'bool', doc: 'Count only.', default: false },
      'histogram.explicit.buckets': { type: 'list', doc: 'Bounds of the buckets, as durations.' },
      'histogram.exponential.max_size': {
        type: 'int',
        doc: 'Buckets of an exponential histogram.',
        default: 160,
      },
      dimensions: {
        type: 'list',
        doc: 'Attributes by which it is counted separately, each with name and default.',
      },
      exclude_dimensions: { type: 'list', doc: 'Usual dimensions that are left out.' },
      namespace: { type: 'string', doc: 'Prefix of the metric names.' },
      aggregation_temporality: {
        type: 'string',
        doc: 'Whether values add up for ever or count since the last.',
        enum: ['AGGREGATION_TEMPORALITY_CUMULATIVE', 'AGGREGATION_TEMPORALITY_DELTA'],
      },
      metrics_flush_interval: { type: 'duration', doc: 'How often metrics are given out.', default: '1m0s' },
      metrics_expiration: { type: 'duration', doc: 'A silent series is forgotten after this; 0 never.' },
      'exemplars.enabled': { type: 'bool', doc: 'Give example traces with the metrics.', default: false },
      aggregation_cardinality_limit: { type: 'int', doc: 'Different combinations that are told apart.' },
    },
  },
  {
    kind: 'connector',
    type: 'count',
    doc: 'Counts spans, metrics, points, log records and profiles.',
    pairs: [
      ['traces', 'metrics'],
      ['metrics', 'metrics'],
      ['logs', 'metrics'],
      ['profiles', 'metrics'],
    ],
    fields: {
      spans: { type: 'map', doc: 'Metrics that count spans, by name.' },
      spanevents: { type: 'map', doc: 'Metrics that count span events, by name.' },
      metrics: { type: 'map', doc: 'Metrics that count metrics, by name.' },
      datapoints: { type: 'map', doc: 'Metrics that count points, by name.' },
      logs: { type: 'map', doc: 'Metrics that count log records, by name.' },
    },
  },
  {
    kind: 'connector',
    type: 'failover',
    doc: 'Sends to other pipelines while the first ones fail.',
    pairs: [
      ['traces', 'traces'],
      ['metrics', 'metrics'],
      ['logs', 'logs'],
    ],
    needsSettings: true,
    fields: {
      priority_levels: { type: 'list', doc: 'Lists of pipelines, the best one first.' },
      retry_interval: { type: 'duration', doc: 'How often a better level is tried again.', default: '10m0s' },
      retry_gap: { type: 'duration', doc: 'Wait between trying two levels.' },
      max_retries: { type: 'int', doc: 'How often a level is tried.' },
    },
  },
  {
    kind: 'connector',
    type: 'servicegraph',
    doc: 'Makes metrics of which service calls which.',
    pairs: [['traces', 'metrics']],
    fields: {
      latency_histogram_buckets: { type: 'list', doc: 'Bounds of the buckets, as durations.' },
      dimensions: { type: 'list', doc: 'Attributes by which it is counted separately.' },
      'store.ttl': {
        type: 'duration',
        doc: 'How long one half of a call waits for the other.',
        default: '2s',
      },
      'store.max_items': { type: 'int', doc: 'Halves that wait at a time.', default: 1000 },
      cache_loop: { type: 'duration', doc: 'How often what is old is cleared.' },
      store_expiration_loop: { type: 'duration', doc: 'How often halves that waited too long are dropped.' },
      virtual_node_peer_attributes: {
        type: 'list',
        doc: 'Attributes that name a service without spans of its own.',
      },
      metrics_flush_interval: { type: 'duration', doc: 'How often metrics are given out.' },
    },
  },
];

export const handWrittenExtensions: readonly HandWrittenEntry[] = [
  {
    kind: 'extension',
    type: 'basicauth',
    doc: 'Sends, or asks for, a user name and password.',
    needsSettings: true,
    fields: {
      'client_auth.username': { type: 'string', doc: 'User name that is sent.' },
      'client_auth.password': { type: 'secret', doc: 'Password that is sent.' },
      'htpasswd.file': { type: 'string', doc: 'File of those who may come in.' },
      'htpasswd.inline': { type: 'string', doc: 'Those who may come in, as such a file has them.' },
    },
  },
  {
    kind: 'extension',
    type: 'oauth2client',
    doc: 'Gets an OAuth 2.0 token and sends it with requests.',
    needsSettings: true,
    fields: {
      client_id: { type: 'string', doc: 'Id of the client.' },
      client_secret: { type: 'secret', doc: 'Secret of the client.' },
      client_id_file: { type: 'string', doc: 'File with the id.' },
      client_secret_file: { type: 'string', doc: 'File with the secret.' },
      token_url: { type: 'string', doc: 'Where tokens are asked for.' },
      endpoint_params: { type: 'map', doc: 'More parameters of that request.' },
      scopes: { type: 'list', doc: 'What the token shall allow.' },
      timeout: { type: 'duration', doc: 'How long asking may take.' },
      expiry_buffer: {
        type: 'duration',
        doc: 'A token is renewed this long before it expires.',
        default: '5m0s',
      },
    },
  },
  {
    kind: 'extension',
    type: 'headers_setter',
    doc: "Sets headers of outgoing requests, from the caller's or with fixed values.",
    needsSettings: true,
    fields: {
      'headers[].key': { type: 'string', doc: 'Name of the header.' },
      'headers[].value': { type: 'string', doc: 'Fixed value.' },
      'headers[].from_context': {
        type: 'string',
        doc: "Header of the caller's request that the value is taken from.",
      },
      'headers[].from_attribute': {
        type: 'string',
        doc: "Attribute of the caller's login that the value is taken from.",
      },
      'headers[].default_value': { type: 'string', doc: 'Value when the caller has none.' },
      'headers[].action': {
        type: 'string',
        doc: 'What is done.',
        default: 'upsert',
        enum: ['insert', 'update', 'upsert', 'delete'],
      },
    },
  },
];
