import { Buffer } from 'node:buffer';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { gunzipSync } from 'node:zlib';
import { decodeServerToAgent } from '@ampora/opamp-protocol';
import { BackOff, retryAfterMs } from './back-off.ts';
import type { Connection, ConnectionOptions, SentReport } from './connection.ts';

const requestTimeoutMs = 30_000;
const mostBytes = 64 * 1024 * 1024;

/** The TCP connections that all polling agents of a fleet share. */
export type HttpPool = HttpAgent | HttpsAgent;

export function createHttpPool(
  endpoint: string,
  options: { ca?: string; cert?: string; key?: string },
): HttpPool {
  const common = { keepAlive: true, maxSockets: 256, maxFreeSockets: 256 };
  return endpoint.startsWith('https:') ? new HttpsAgent({ ...common, ...options }) : new HttpAgent(common);
}

interface Attempt {
  readonly bytes: Uint8Array;
  readonly report: SentReport;
}

export class HttpConnection implements Connection {
  heartbeatMs: number;
  readonly #options: ConnectionOptions;
  readonly #pool: HttpPool;
  readonly #backOff: BackOff;
  #wanted = false;
  #isConnected = false;
  #hadConnection = false;
  #inFlight: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #generation = 0;
  #isBackingOff = false;

  constructor(options: ConnectionOptions, pool: HttpPool) {
    this.#options = options;
    this.#pool = pool;
    this.heartbeatMs = options.heartbeatMs;
    this.#backOff = new BackOff(options.random);
  }

  open(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#generation += 1;
    this.#next();
  }

  wake(): void {
    if (!this.#wanted || this.#inFlight !== undefined || this.#isBackingOff) return;
    this.#next();
  }

  cut(): void {
    this.#wanted = false;
    this.#generation += 1;
    this.#isBackingOff = false;
    clearTimeout(this.#timer);
    this.#inFlight?.abort();
    this.#inFlight = undefined;
    this.#setConnected(false);
  }

  /** Half duplex has no half-open: it just polls no more. */
  freeze(): void {
    this.cut();
  }

  async goodbye(): Promise<void> {
    if (!this.#isConnected) return this.cut();
    this.#wanted = false;
    this.#generation += 1;
    clearTimeout(this.#timer);
    this.#inFlight?.abort();
    const { bytes, report } = this.#options.owner.compose({ framed: false, goodbye: true });
    try {
      const response = await this.#post(bytes, AbortSignal.timeout(5_000));
      if (response.status === 200) this.#options.owner.answered(report);
    } catch {
      this.#options.counters.error('http/goodbye');
    }
    this.#inFlight = undefined;
    this.#setConnected(false);
  }

  #next(): void {
    clearTimeout(this.#timer);
    const { bytes, report } = this.#options.owner.compose({ framed: false });
    void this.#attempt({ bytes, report });
  }

  /** Sends until the server has taken or refused it; the same message again after 429, 503 and transport errors. */
  async #attempt(attempt: Attempt): Promise<void> {
    const { owner, counters } = this.#options;
    const generation = this.#generation;
    const abort = new AbortController();
    this.#inFlight = abort;
    this.#isBackingOff = false;
    let outcome: { status: number; retryMs: number; body: Buffer } | undefined;
    try {
      outcome = await this.#post(attempt.bytes, abort.signal);
    } catch (error) {
      if (generation === this.#generation)
        counters.error(`http/${(error as NodeJS.ErrnoException).code ?? 'failed'}`);
    }
    if (generation !== this.#generation) return;
    this.#inFlight = undefined;

    if (outcome === undefined || outcome.status === 429 || outcome.status === 503) {
      if (outcome !== undefined) counters.error(`http/${outcome.status}`);
      this.#setConnected(false);
      this.#isBackingOff = true;
      this.#timer = setTimeout(() => void this.#attempt(attempt), this.#backOff.next(outcome?.retryMs));
      return;
    }
    this.#backOff.reset();
    if (outcome.status === 200) this.#taken(outcome.body, attempt.report);
    else counters.error(`http/${outcome.status}`);
    if (generation !== this.#generation || !this.#wanted || this.#inFlight !== undefined) return;
    if (owner.hasNews()) this.#next();
    else this.#timer = setTimeout(() => this.#next(), Math.max(this.heartbeatMs, 1));
  }

  #taken(body: Buffer, report: SentReport): void {
    const { owner, counters } = this.#options;
    counters.latencies.add(performance.now() - report.sentAtMs);
    counters.answers += 1;
    const wasConnected = this.#isConnected;
    this.#setConnected(true);
    if (!wasConnected) {
      if (this.#hadConnection) counters.reconnects += 1;
      this.#hadConnection = true;
      owner.connected();
    }
    try {
      const message = decodeServerToAgent(body);
      if (message.errorResponse === undefined) owner.answered(report);
      owner.received(message);
    } catch {
      counters.error('answer/undecodable');
    }
  }

  #setConnected(isConnected: boolean): void {
    if (this.#isConnected === isConnected) return;
    const { counters } = this.#options;
    this.#isConnected = isConnected;
    counters.connected += isConnected ? 1 : -1;
    counters.acknowledged += isConnected ? 1 : -1;
  }

  #post(bytes: Uint8Array, signal: AbortSignal): Promise<{ status: number; retryMs: number; body: Buffer }> {
    const { endpoint, headers, localAddress, owner, counters } = this.#options;
    counters.messagesSent += 1;
    counters.bytesSent += bytes.length;
    const send = endpoint.startsWith('https:') ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const request = send(endpoint, {
        method: 'POST',
        agent: this.#pool,
        signal,
        timeout: requestTimeoutMs,
        ...(localAddress === undefined ? {} : { localAddress }),
        headers: {
          ...headers,
          'content-type': 'application/x-protobuf',
          'content-length': bytes.length,
          'accept-encoding': 'gzip',
          'opamp-instance-uid': owner.uidText,
        },
      });
      request.on('timeout', () =>
        request.destroy(Object.assign(new Error('No answer'), { code: 'ETIMEDOUT' })),
      );
      request.on('error', reject);
      request.on('response', (response) => {
        readBody(response).then((body) => {
          counters.messagesReceived += 1;
          counters.bytesReceived += body.length;
          resolve({
            status: response.statusCode ?? 0,
            retryMs: retryAfterMs(response.headers['retry-after'], Date.now()),
            body,
          });
        }, reject);
      });
      request.end(bytes);
    });
  }
}

async function readBody(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
  return response.headers['content-encoding'] === 'gzip'
    ? gunzipSync(body, { maxOutputLength: mostBytes })
    : body;
}
