import { context, isSpanContextValid, propagation, trace, TraceFlags } from '@opentelemetry/api';
import type { Tracing, TracingOptions } from './tracing-options.ts';

/**
 * Starts tracing. Without an endpoint nothing is started, and OpenTelemetry's SDK and gRPC are not even loaded: spans
 * made through the API are then free of cost and effect.
 */
export async function startTracing(options: TracingOptions): Promise<Tracing> {
  if (options.endpoint === '') return { exporting: false, stop: () => Promise.resolve() };
  const { startOtlpTraceExport } = await import('./otlp-trace-export.ts');
  return startOtlpTraceExport(options);
}

/** The W3C `traceparent` of the span that is active now, for an event's metadata or an outgoing call. */
export function currentTraceparent(): string | undefined {
  const span = trace.getActiveSpan()?.spanContext();
  if (span === undefined || !isSpanContextValid(span)) return undefined;
  const flags = (span.traceFlags & TraceFlags.SAMPLED) === 0 ? '00' : '01';
  return `00-${span.traceId}-${span.spanId}-${flags}`;
}

/** Runs `work` as a continuation of the trace that `traceparent` names, such as one read from an event. */
export function continueTrace<Result>(traceparent: string | undefined, work: () => Result): Result {
  if (traceparent === undefined) return work();
  return context.with(propagation.extract(context.active(), { traceparent }), work);
}
