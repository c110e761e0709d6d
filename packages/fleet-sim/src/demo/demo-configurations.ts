/** One version of a configuration in the story. */
export interface DemoVersion {
  readonly notes: string;
  readonly body: string;
}

export interface DemoConfiguration {
  readonly name: string;
  readonly description: string;
  /** To be published, in this order. */
  readonly versions: readonly DemoVersion[];
  /** Left as a draft at the end. */
  readonly draft?: string;
}

const baseline = `# What every Collector of ours runs: traces and metrics in, one backend out.
receivers:
  otlp:
    protocols:
      grpc:
        endpoint: 127.0.0.1:4317
      http:
        endpoint: 127.0.0.1:4318

processors:
  memory_limiter:
    check_interval: 1s
    limit_mib: 512
  batch:
    send_batch_size: 4096
    timeout: 1s

exporters:
  otlp:
    endpoint: ingest.example.internal:4317
  debug:
    verbosity: basic

service:
  pipelines:
    traces:
      receivers: [otlp]
      processors: [memory_limiter, batch]
      exporters: [otlp]
    metrics:
      receivers: [otlp]
      processors: [memory_limiter, batch]
      exporters: [otlp]
`;

const withHostMetrics = baseline
  .replace(
    '\nprocessors:\n',
    `  hostmetrics:
    collection_interval: 30s
    scrapers:
      cpu:
      memory:
      filesystem:

processors:
  resource:
    attributes:
      - key: deployment.environment
        value: production
        action: upsert
`,
  )
  .replace(
    'metrics:\n      receivers: [otlp]\n      processors: [memory_limiter, batch]',
    'metrics:\n      receivers: [otlp, hostmetrics]\n      processors: [memory_limiter, resource, batch]',
  );

/** Right in itself, and more than the small build at the edge contains: those agents refuse it. */
const withTailSampling = withHostMetrics
  .replace(
    'processors:\n  resource:',
    `processors:
  tail_sampling:
    decision_wait: 10s
    policies:
      - name: errors
        type: status_code
        status_code:
          status_codes: [ERROR]
  resource:`,
  )
  .replace(
    'traces:\n      receivers: [otlp]\n      processors: [memory_limiter, batch]',
    'traces:\n      receivers: [otlp]\n      processors: [memory_limiter, tail_sampling, batch]',
  );

const mended = withHostMetrics
  .replace(
    'processors:\n  resource:',
    `processors:
  filter:
    error_mode: ignore
    traces:
      span:
        - 'attributes["http.route"] == "/healthz"'
  resource:`,
  )
  .replace(
    'traces:\n      receivers: [otlp]\n      processors: [memory_limiter, batch]',
    'traces:\n      receivers: [otlp]\n      processors: [memory_limiter, filter, batch]',
  );

const gateway = `# The gateway: what comes from the edges, sampled once all spans of a trace are there.
receivers:
  otlp:
    protocols:
      grpc:
        endpoint: 0.0.0.0:4317 # ampora: allow 0.0.0.0 the edges send to it from other hosts
        max_recv_msg_size_mib: 16

processors:
  memory_limiter:
    check_interval: 1s
    limit_mib: 2048
  tail_sampling:
    decision_wait: 10s
    num_traces: 100000
    policies:
      - name: errors
        type: status_code
        status_code:
          status_codes: [ERROR]
      - name: a-tenth-of-the-rest
        type: probabilistic
        probabilistic:
          sampling_percentage: 10
  batch:

exporters:
  otlp:
    endpoint: ingest.example.internal:4317
    sending_queue:
      queue_size: 5000

service:
  pipelines:
    traces:
      receivers: [otlp]
      processors: [memory_limiter, tail_sampling, batch]
      exporters: [otlp]
`;

/** For the whole fleet. The third version is the mistake of the story, the fourth mends it. */
export const fleetBaseline: DemoConfiguration = {
  name: 'fleet-baseline',
  description: 'Traces and metrics of every Collector, sent to the one backend.',
  versions: [
    { notes: 'First version', body: baseline },
    { notes: 'Host metrics, and the environment on every metric', body: withHostMetrics },
    { notes: 'Keep only traces with errors', body: withTailSampling },
    { notes: 'Drop health checks instead: the edge build has no tail sampling', body: mended },
  ],
};

/** For one gateway of its own. */
export const gatewaySampling: DemoConfiguration = {
  name: 'gateway-sampling',
  description: 'Tail sampling where whole traces come together.',
  versions: [
    { notes: 'Errors, and a tenth of the rest', body: gateway },
    {
      notes: 'Decide later: slow traces were cut',
      body: gateway.replaceAll('decision_wait: 10s', 'decision_wait: 30s'),
    },
  ],
  draft: gateway
    .replaceAll('decision_wait: 10s', 'decision_wait: 30s')
    .replace('sampling_percentage: 10', 'sampling_percentage: 5'),
};
