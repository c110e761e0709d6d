import type { ComponentDoc } from './component-doc.ts';

export const exporterDocs: Readonly<Record<string, ComponentDoc>> = {
  otlp_grpc: {
    doc: 'Sends OTLP over gRPC to a backend or another Collector.',
    fields: { endpoint: 'Host and port of the receiver, such as collector:4317.' },
  },
  otlp_http: {
    doc: 'Sends OTLP over HTTP to a backend or another Collector.',
    fields: {
      endpoint: 'URL of the receiver; /v1/traces and so on are added to it.',
      traces_endpoint: 'Whole URL for traces, in place of endpoint.',
      metrics_endpoint: 'Whole URL for metrics, in place of endpoint.',
      logs_endpoint: 'Whole URL for logs, in place of endpoint.',
      profiles_endpoint: 'Whole URL for profiles, in place of endpoint.',
      encoding: 'How the data is written.',
    },
  },
  debug: {
    doc: "Writes what it is given to the Collector's own log. For looking at a pipeline.",
    fields: {
      verbosity: 'How much is written: basic counts, normal has a line per item, detailed has everything.',
      sampling_initial: 'Messages a second that are written in full.',
      sampling_thereafter: 'Of those beyond, one in this many is written.',
      use_internal_logger: "Write through the Collector's own logger instead of to standard output.",
      output_paths: 'Where it is written, when not through the own logger.',
    },
  },
  prometheusremotewrite: {
    doc: 'Writes metrics to a store that speaks Prometheus remote write.',
    fields: {
      endpoint: 'URL of the remote write receiver.',
      namespace: 'Prefix of all metric names.',
      external_labels: 'Labels that every series gets.',
      add_metric_suffixes: 'Add units and _total to metric names.',
      'remote_write_queue.enabled': 'Put data into a queue instead of sending it at once.',
      'remote_write_queue.queue_size': 'Requests that may wait.',
      'remote_write_queue.num_consumers': 'Requests that are on their way at the same time.',
      'target_info.enabled': 'Write resource attributes as the metric target_info.',
      max_batch_size_bytes: 'Larger requests are split.',
    },
  },
  nop: { doc: 'Drops what it is given. For tests and templates.', fields: {} },
};
