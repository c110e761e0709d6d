/** Traces come in over OTLP/HTTP on this port and are dropped: small, valid, and its running can be seen from outside. */
export function tracesOn(port: number): string {
  return `receivers:
  otlp:
    protocols:
      http:
        endpoint: 127.0.0.1:${String(port)}
processors:
  batch:
    timeout: 1s
exporters:
  nop:
service:
  pipelines:
    traces:
      receivers: [otlp]
      processors: [batch]
      exporters: [nop]
`;
}

/** Parses, but its pipeline names an exporter that is defined nowhere. */
export function withUndefinedExporter(port: number): string {
  return tracesOn(port).replace('exporters: [nop]', 'exporters: [debug]');
}

/** Right in itself, but the build that the suite makes has no such exporter. */
export function withComponentNotInTheBuild(port: number): string {
  return tracesOn(port)
    .replace('exporters:\n  nop:\n', 'exporters:\n  kafka:\n')
    .replace('exporters: [nop]', 'exporters: [kafka]');
}
