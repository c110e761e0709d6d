import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import {
  chooseLogFormat,
  createLogger,
  createMetrics,
  createReadiness,
  type Logger,
  type Metrics,
  type Readiness,
  type Settings,
  startTracing,
  type Tracing,
} from '@ampora/platform';
import { z } from 'zod';

/** How the process tells what it does. */
export interface Telemetry {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  readonly tracing: Tracing;
  /** Written for people rather than machines. */
  readonly isPretty: boolean;
}

export const version = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))).version;

export async function startTelemetry({ Logging, OpenTelemetry }: Settings): Promise<Telemetry> {
  const wanted = Logging.Format === 'auto' ? undefined : Logging.Format;
  const format = chooseLogFormat(wanted, process.stdout.isTTY);
  return {
    logger: createLogger({ levels: Logging.LogLevel, format, category: 'Ampora.Server' }),
    metrics: createMetrics({ instance: hostname(), version }),
    readiness: createReadiness(),
    tracing: await startTracing({
      serviceName: OpenTelemetry.ServiceName,
      serviceVersion: version,
      environment: OpenTelemetry.Environment,
      instanceId: randomUUID(),
      endpoint: OpenTelemetry.OtlpEndpoint,
      headers: OpenTelemetry.Headers,
      samplingRatio: OpenTelemetry.SamplingRatio,
    }),
    isPretty: format === 'pretty',
  };
}
