/** Runs in every simulated build. */
export const soundConfiguration = `receivers:
  otlp:
    protocols:
      grpc:
        endpoint: 127.0.0.1:4317
processors:
  batch:
    timeout: 1s
exporters:
  debug:
    verbosity: basic
service:
  pipelines:
    traces:
      receivers: [otlp]
      processors: [batch]
      exporters: [debug]
`;

/** No YAML: two mappings on line 11. */
export const brokenConfiguration = soundConfiguration.replace('verbosity: basic', 'verbosity: basic: much');
export const brokenLine = 11;
