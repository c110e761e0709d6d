import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import {
  type AgentToServer,
  encodeServerToAgent,
  instanceUidToText,
  MalformedMessage,
  type MessageDecoder,
} from '@ampora/opamp-protocol';
import type { AgentConnection, Payload, ReplyTarget } from '../session/agent-connection.ts';
import { acceptsGzip, mediaType } from './content-negotiation.ts';
import { badRequest, retryAfterSeconds, unknownError } from './error-replies.ts';
import { type BodiesInFlight, bodyEncoding, inflateBody, readBody } from './read-body.ts';
import { receiveMessage, type Reception } from './receive-message.ts';

const deflate = promisify(gzip);

export const PROTOBUF = 'application/x-protobuf';
/** Smaller answers gain nothing from compression. */
const COMPRESS_FROM_BYTES = 256;

export interface HttpExchangeOptions {
  readonly reception: Reception;
  readonly decoder: MessageDecoder<AgentToServer>;
  readonly maxMessageBytes: number;
  readonly inFlight: BodiesInFlight;
}

/** The run of one agent's polls: its connection, as far as plain HTTP has one. */
class Polling implements AgentConnection {
  readonly transport = 'http';
  readonly id: string = randomUUID();
  readonly remoteAddress: string;
  readonly isOpen = true;
  readonly heardMs = 0;

  constructor(remoteAddress: string) {
    this.remoteAddress = remoteAddress;
  }

  push(): boolean {
    return false;
  }

  superseded(): void {
    // Nothing is open between two polls.
  }

  drain(): boolean {
    return false;
  }
}

/** Answers one POST: checks, reads, decodes, hands over. The caller has admitted the peer. */
export async function handleHttpExchange(
  request: IncomingMessage,
  response: ServerResponse,
  options: HttpExchangeOptions,
): Promise<void> {
  if (request.method !== 'POST') {
    if (request.method === 'GET' && mediaType(request.headers['content-type']) !== PROTOBUF)
      refuse(response, 426, 'Upgrade to WebSocket, or POST application/x-protobuf.', {
        Upgrade: 'websocket',
        Connection: 'Upgrade',
      });
    else refuse(response, 405, 'POST is the only method here.', { Allow: 'POST' });
    return;
  }
  if (mediaType(request.headers['content-type']) !== PROTOBUF) {
    refuse(response, 415, `Content-Type must be ${PROTOBUF}.`, { Accept: PROTOBUF });
    return;
  }
  const encoding = bodyEncoding(request);
  if (!encoding) {
    refuse(response, 415, 'Content-Encoding must be gzip or identity.', {
      'Accept-Encoding': 'gzip, identity',
    });
    return;
  }
  const target = new HttpReply(request, response, options);
  const { metrics } = options.reception.context;
  metrics.received('http');
  const raw = await readBody(request, { maxBytes: options.maxMessageBytes, inFlight: options.inFlight });
  if (raw === 'too-large' || raw === 'busy') {
    if (raw === 'too-large') metrics.rejected('oversize');
    request.resume();
    if (raw === 'busy') refuseForNow(response);
    else
      refuse(response, 413, `A message may have ${options.maxMessageBytes} bytes.`, { Connection: 'close' });
    return;
  }
  try {
    const body = encoding === 'identity' ? raw : await inflateBody(raw, options.maxMessageBytes);
    if (body === 'too-large') {
      metrics.rejected('oversize');
      refuse(response, 413, `A message may have ${options.maxMessageBytes} bytes, inflated.`);
      return;
    }
    receive(request, body, target, options);
  } catch (error) {
    if (!(error instanceof MalformedMessage)) throw error;
    target.malformed(error.message);
  } finally {
    options.inFlight.bytes -= raw.byteLength;
  }
}

function receive(
  request: IncomingMessage,
  body: Buffer,
  target: HttpReply,
  { decoder, reception }: HttpExchangeOptions,
): void {
  const message = decoder.decode(body);
  const claimed = request.headers['opamp-instance-uid'];
  if (typeof claimed === 'string' && message.instanceUid.length === 16) {
    if (claimed.trim().toLowerCase() !== instanceUidToText(message.instanceUid)) {
      target.malformed(
        'The OpAMP-Instance-UID header and the message name different agents.',
        message.instanceUid,
      );
      return;
    }
  }
  const remoteAddress = request.socket.remoteAddress ?? '';
  const outcome = receiveMessage(reception, { message, sizeBytes: body.byteLength }, target, (session) =>
    session.connection?.transport === 'http' ? session.connection : new Polling(remoteAddress),
  );
  if ('refused' in outcome) target.malformed(outcome.refused, message.instanceUid);
}

class HttpReply implements ReplyTarget {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #options: HttpExchangeOptions;

  constructor(request: IncomingMessage, response: ServerResponse, options: HttpExchangeOptions) {
    this.#request = request;
    this.#response = response;
    this.#options = options;
  }

  acknowledge(instanceUid: Uint8Array): void {
    const { capabilities } = this.#options.reception.context;
    this.reply({ head: encodeServerToAgent({ instanceUid, capabilities }) });
  }

  reply({ head, shared }: Payload): boolean {
    if (this.#response.destroyed) return false;
    this.#options.reception.context.metrics.sent('http');
    void this.#send(200, shared ? Buffer.concat([head, shared]) : head);
    return true;
  }

  refuse(instanceUid: Uint8Array, why: 'unavailable' | 'unknown'): void {
    // A client throws a message away on other codes; on 503 it sends it again.
    if (why === 'unavailable') refuseForNow(this.#response);
    else void this.#send(200, unknownError(instanceUid));
  }

  malformed(explanation: string, instanceUid?: Uint8Array): void {
    this.#options.reception.context.metrics.rejected('malformed');
    void this.#send(400, badRequest(explanation, instanceUid));
  }

  async #send(status: number, body: Uint8Array): Promise<void> {
    const response = this.#response;
    const compressed =
      body.byteLength >= COMPRESS_FROM_BYTES &&
      acceptsGzip(this.#request.headers['accept-encoding']?.toString());
    const bytes = compressed ? await deflate(body) : body;
    if (response.headersSent || response.destroyed) return;
    response.writeHead(status, {
      'Content-Type': PROTOBUF,
      'Content-Length': bytes.byteLength,
      ...(compressed ? { 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' } : {}),
    });
    response.end(bytes);
  }
}

export function refuseForNow(response: ServerResponse): void {
  refuse(response, 503, 'Come again later.', { 'Retry-After': String(retryAfterSeconds()) });
}

export function refuse(
  response: ServerResponse,
  status: number,
  explanation: string,
  headers: Record<string, string> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', ...headers });
  response.end(`${explanation}\n`);
}
