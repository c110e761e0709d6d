import type { IncomingMessage, ServerResponse } from 'node:http';
import { MalformedMessage } from '@ampora/opamp-protocol';
import {
  MalformedMetrics,
  type OtlpEncoding,
  type PartialSuccess,
  readMetrics,
  type ResourcePoints,
  type ThroughputStore,
  writeStatus,
  writeTaken,
} from '@ampora/own-metrics';
import type { EdgeMetrics } from '../edge-metrics.ts';
import { mediaType } from './content-negotiation.ts';
import { retryAfterSeconds } from './error-replies.ts';
import { type BodiesInFlight, bodyEncoding, inflateBody, readBody } from './read-body.ts';

export const METRICS_PATH = '/v1/metrics';

/** A Collector of a hundred components sends a tenth of it at once. More would hold up the others while it is read. */
const MOST_BYTES = 1024 * 1024;

/** The code of gRPC that goes with each status, for the Status in the body. */
const codeOf: Readonly<Record<number, number>> = {
  400: 3,
  401: 16,
  403: 7,
  405: 12,
  413: 8,
  415: 3,
  429: 8,
  503: 14,
};

const encodingOf: Readonly<Record<string, OtlpEncoding>> = {
  'application/x-protobuf': 'protobuf',
  'application/json': 'json',
};
const typeOf = { protobuf: 'application/x-protobuf', json: 'application/json' } as const;

export interface MetricsExchangeOptions {
  readonly throughput: ThroughputStore;
  /** The agent that goes by this `service.instance.id`, if it is known here. */
  readonly agentOf: (instanceId: string) => string | undefined;
  readonly metrics: EdgeMetrics;
  readonly maxMessageBytes: number;
  readonly inFlight: BodiesInFlight;
}

/** Answers one POST of OTLP/HTTP metrics. The caller has admitted the peer. */
export async function handleMetricsExchange(
  request: IncomingMessage,
  response: ServerResponse,
  options: MetricsExchangeOptions,
): Promise<void> {
  const refuse = (status: number, message: string, headers: Record<string, string> = {}) => {
    request.resume();
    refuseMetrics(request, response, { status, message, headers });
  };
  if (request.method !== 'POST') {
    refuse(405, 'POST is the only method here.', { Allow: 'POST' });
    return;
  }
  const encoding = encodingOf[mediaType(request.headers['content-type'])];
  if (!encoding) {
    refuse(415, 'Content-Type must be application/x-protobuf or application/json.');
    return;
  }
  const coding = bodyEncoding(request);
  if (!coding) {
    refuse(415, 'Content-Encoding must be gzip or identity.', { 'Accept-Encoding': 'gzip, identity' });
    return;
  }
  const maxBytes = Math.min(MOST_BYTES, options.maxMessageBytes);
  const raw = await readBody(request, { maxBytes, inFlight: options.inFlight });
  if (raw === 'busy') {
    refuse(503, 'Come again later.', { 'Retry-After': String(retryAfterSeconds()) });
    return;
  }
  if (raw === 'too-large') {
    refuse(413, `A body may have ${maxBytes} bytes.`, { Connection: 'close' });
    return;
  }
  try {
    const body = coding === 'identity' ? raw : await inflateBody(raw, maxBytes);
    if (body === 'too-large') {
      refuse(413, `A body may have ${maxBytes} bytes, inflated.`);
      return;
    }
    const partial = take(readMetrics(body, encoding), options);
    send(response, 200, { encoding, body: writeTaken(encoding, partial) });
  } catch (error) {
    if (!(error instanceof MalformedMetrics) && !(error instanceof MalformedMessage)) throw error;
    refuse(400, error.message);
  } finally {
    options.inFlight.bytes -= raw.byteLength;
  }
}

/** Hands on what each agent says; answers what was not taken. */
function take(
  resources: readonly ResourcePoints[],
  { throughput, agentOf, metrics }: MetricsExchangeOptions,
): PartialSuccess | undefined {
  const nowMs = Date.now();
  let unknown = 0;
  let tooMany = 0;
  for (const { instanceId, points, skipped } of resources) {
    metrics.ownPoints('skipped', skipped);
    if (points.length === 0) continue;
    const agentId = agentOf(instanceId);
    if (agentId === undefined) {
      unknown += points.length;
      continue;
    }
    const recorded = throughput.record(agentId, points, nowMs);
    metrics.ownPoints('taken', recorded.taken);
    metrics.ownPoints('late', recorded.late);
    tooMany += recorded['too-many'];
  }
  metrics.ownPoints('unknown_agent', unknown);
  metrics.ownPoints('too_many', tooMany);
  if (unknown + tooMany === 0) return undefined;
  const why =
    unknown > 0
      ? 'No agent with this service.instance.id is connected here.'
      : 'The agent has more series than are kept.';
  return { rejectedDataPoints: unknown + tooMany, errorMessage: why };
}

export interface MetricsRefusal {
  readonly status: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Says why in a Status, in the encoding of the request. */
export function refuseMetrics(
  request: IncomingMessage,
  response: ServerResponse,
  { status, message, headers = {} }: MetricsRefusal,
): void {
  const encoding = encodingOf[mediaType(request.headers['content-type'])] ?? 'json';
  send(response, status, { encoding, body: writeStatus(encoding, codeOf[status] ?? 2, message), headers });
}

function send(
  response: ServerResponse,
  status: number,
  {
    encoding,
    body,
    headers = {},
  }: {
    readonly encoding: OtlpEncoding;
    readonly body: Uint8Array;
    readonly headers?: Readonly<Record<string, string>>;
  },
): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    'Content-Type': typeOf[encoding],
    'Content-Length': body.byteLength,
    ...headers,
  });
  response.end(body);
}
