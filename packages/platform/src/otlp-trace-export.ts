import { Metadata } from '@grpc/grpc-js';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { startNodeSdk } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor, ParentBasedSampler, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace';
import type { Tracing, TracingOptions } from './tracing-options.ts';

/** Loaded only when an endpoint is set: see {@link startTracing}. */
export function startOtlpTraceExport(options: TracingOptions): Tracing {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(options.headers)) metadata.set(name.toLowerCase(), value);
  const exporter = new OTLPTraceExporter({ url: options.endpoint, metadata });
  const sdk = startNodeSdk({
    resourceAttributes: {
      'service.name': options.serviceName,
      'service.version': options.serviceVersion,
      'service.instance.id': options.instanceId,
      'deployment.environment': options.environment,
    },
    resourceDetectors: [],
    spanProcessors: [new BatchSpanProcessor({ exporter })],
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(options.samplingRatio) }),
    metricReaders: [],
    logRecordProcessors: [],
  });
  return { exporting: true, stop: () => sdk.shutdown() };
}
