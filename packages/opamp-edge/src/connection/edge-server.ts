import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createAgentToServerDecoder, instanceUidFromText } from '@ampora/opamp-protocol';
import { listen } from '@ampora/platform';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ResolvedOptions } from '../edge-options.ts';
import type { AgentRegistry } from '../session/agent-registry.ts';
import type { Admission } from './authenticate.ts';
import { Door } from './door.ts';
import { retryAfterSeconds } from './error-replies.ts';
import { handleHttpExchange, type HttpExchangeOptions, refuse } from './http-exchange.ts';
import {
  handleMetricsExchange,
  METRICS_PATH,
  type MetricsExchangeOptions,
  refuseMetrics,
} from './metrics-exchange.ts';
import type { Reception } from './receive-message.ts';
import { WebSocketConnection, type WebSocketConnectionOptions } from './websocket-connection.ts';

/** Bodies of all HTTP requests together may take this much memory, or one message if that is more. */
const BODIES_IN_FLIGHT_BYTES = 256 * 1024 * 1024;
/** How long a refused peer may take to read why. */
const LAST_WORDS_MS = 1_000;
const WAVE = 250;
const WAVE_MS = 25;

/** The listening socket and everything that came through it. Refuses before the upgrade; hands on messages. */
export class EdgeServer {
  readonly #options: ResolvedOptions;
  readonly #reception: Reception;
  readonly #door: Door;
  readonly #server: Server;
  readonly #webSockets: WebSocketServer;
  readonly #connections = new Set<WebSocketConnection>();
  readonly #connectionOptions: WebSocketConnectionOptions;
  readonly #exchange: HttpExchangeOptions;
  readonly #metricsExchange: MetricsExchangeOptions | undefined;
  readonly #decoder = createAgentToServerDecoder();
  #isStopping = false;

  constructor(options: ResolvedOptions, reception: Reception & { readonly registry: AgentRegistry }) {
    this.#options = options;
    this.#reception = reception;
    this.#door = new Door(options);
    this.#connectionOptions = {
      reception,
      decoder: this.#decoder,
      limits: options,
      onOffence: (offender) => {
        this.#door.offended(offender, Date.now());
      },
    };
    const { maxMessageBytes } = options;
    this.#exchange = {
      reception,
      decoder: this.#decoder,
      maxMessageBytes,
      inFlight: { bytes: 0, limit: Math.max(BODIES_IN_FLIGHT_BYTES, maxMessageBytes) },
    };
    const { throughput } = options;
    this.#metricsExchange = throughput && {
      throughput,
      agentOf: (instanceId) => {
        const uid = instanceUidFromText(instanceId);
        const session = uid && reception.registry.find(uid);
        return session?.isReady ? session.agentId : undefined;
      },
      metrics: reception.context.metrics,
      maxMessageBytes,
      inFlight: this.#exchange.inFlight,
    };
    this.#webSockets = new WebSocketServer({
      noServer: true,
      maxPayload: maxMessageBytes,
      // Its memory (per connection, and for what inflates) is worth more than the bytes saved.
      perMessageDeflate: false,
      clientTracking: false,
      handleProtocols: () => false,
    });
    this.#server = createServer({
      headersTimeout: options.handshakeTimeoutMs,
      requestTimeout: Math.max(options.transferTimeoutMs, options.handshakeTimeoutMs),
      connectionsCheckingInterval: Math.min(5_000, Math.ceil(options.handshakeTimeoutMs / 2)),
      keepAliveTimeout: 65_000,
      maxHeaderSize: 16 * 1024,
      highWaterMark: 64 * 1024,
    });
    // Beyond what the door refuses politely.
    this.#server.maxConnections = options.maxConnections + 1_000;
    this.#server.on('request', (request, response) => {
      void this.#onRequest(request, response);
    });
    this.#server.on('checkExpectation', (request, response) => {
      refuse(response, 417, 'Unknown expectation.');
      request.resume();
    });
    this.#server.on('upgrade', (request, socket, head) => {
      void this.#onUpgrade(request, socket, head);
    });
    this.#server.on('clientError', (_error, socket) => {
      if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
      setTimeout(() => socket.destroy(), LAST_WORDS_MS).unref();
    });
  }

  get connections(): number {
    return this.#connections.size;
  }

  start(): Promise<number> {
    const { host, port } = this.#options;
    return listen(this.#server, { host, port, section: 'OpAmp' });
  }

  /** Looks after every socket: pings, deadlines. */
  check(nowMs: number): void {
    for (const connection of this.#connections) connection.check(nowMs);
  }

  /** Takes nobody in any more and closes what is open, in waves, so that not all come back at the same moment. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#door.close();
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
    const deadlineMs = Date.now() + this.#options.stopTimeoutMs;
    let inWave = 0;
    for (const connection of [...this.#connections]) {
      connection.close(1001, 'The server is shutting down');
      if (++inWave % WAVE === 0 && Date.now() < deadlineMs) await pause(WAVE_MS);
    }
    this.#server.closeIdleConnections();
    while (this.#connections.size > 0 && Date.now() < deadlineMs) await pause(10);
    for (const connection of this.#connections) connection.terminate();
    this.#server.closeAllConnections();
    await closed;
  }

  // Requests

  async #onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { logger } = this.#options;
    try {
      const path = pathOf(request);
      if (this.#metricsExchange && path === METRICS_PATH && path !== this.#options.path) {
        await this.#onMetrics(request, response, this.#metricsExchange);
        return;
      }
      if (path !== this.#options.path) {
        refuse(response, 404, `OpAMP is at ${this.#options.path}.`);
        return;
      }
      const refusal = await this.#refusal(request, 'request');
      if (refusal) {
        refuse(response, refusal.status, refusal.reason, refusal.headers);
        request.resume();
        return;
      }
      await handleHttpExchange(request, response, this.#exchange);
    } catch (error) {
      if (request.destroyed && !request.complete) return;
      logger.error('A request failed', { error: String(error) });
      refuse(response, 503, 'Come again later.', { 'Retry-After': String(retryAfterSeconds()) });
    }
  }

  async #onMetrics(
    request: IncomingMessage,
    response: ServerResponse,
    exchange: MetricsExchangeOptions,
  ): Promise<void> {
    const refusal = await this.#refusal(request, 'request');
    if (refusal) {
      const { status, reason: message, headers } = refusal;
      refuseMetrics(request, response, { status, message, headers });
      request.resume();
      return;
    }
    await handleMetricsExchange(request, response, exchange);
  }

  async #onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', ignore);
    try {
      const refusal =
        pathOf(request) === this.#options.path
          ? await this.#refusal(request, 'upgrade')
          : { status: 404, reason: 'Not here.', headers: {} };
      if (socket.destroyed) return;
      if (refusal) {
        refuseUpgrade(socket, refusal);
        return;
      }
      this.#webSockets.handleUpgrade(request, socket, head, (ws) => {
        socket.off('error', ignore);
        this.#admit(ws, request.socket);
      });
    } catch (error) {
      this.#options.logger.error('A handshake failed', { error: String(error) });
      socket.destroy();
    }
  }

  /** A method of its own, so that nothing that lives as long as the connection holds on to its request. */
  #admit(ws: WebSocket, socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    this.#door.enter(address);
    const connection = new WebSocketConnection(ws, socket, this.#connectionOptions);
    this.#connections.add(connection);
    ws.once('close', () => {
      this.#connections.delete(connection);
      this.#door.leave(address);
    });
    if (this.#isStopping) connection.close(1001, 'The server is shutting down');
  }

  /** Why this peer is not let in; undefined when it is. */
  async #refusal(request: IncomingMessage, kind: 'request' | 'upgrade'): Promise<EntryRefusal | undefined> {
    if (request.headers.origin !== undefined)
      return { status: 403, reason: 'Browsers have no business here.', headers: {} };
    const address = request.socket.remoteAddress ?? '';
    const nowMs = Date.now();
    const door =
      kind === 'upgrade' ? this.#door.ask(address, nowMs) : this.#door.askForRequest(address, nowMs);
    if (!door.open) return { ...door, headers: { 'Retry-After': String(retryAfterSeconds()) } };
    const asked = this.#options.authenticate(request);
    const admission: Admission = asked instanceof Promise ? await asked : asked;
    if (admission.admitted) return undefined;
    this.#reception.context.metrics.rejected('auth_failed');
    const { status, reason, challenge } = admission;
    return { status, reason, headers: challenge === undefined ? {} : { 'WWW-Authenticate': challenge } };
  }
}

function pathOf({ url = '' }: IncomingMessage): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}

interface EntryRefusal {
  readonly status: number;
  readonly reason: string;
  readonly headers: Record<string, string>;
}

const PHRASES: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
};

function refuseUpgrade(socket: Duplex, { status, reason, headers }: EntryRefusal): void {
  const body = `${reason}\n`;
  const lines = Object.entries({
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${PHRASES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
  setTimeout(() => socket.destroy(), LAST_WORDS_MS).unref();
}

function ignore(): void {
  // The peer went away during the handshake; there is nobody left to tell.
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
