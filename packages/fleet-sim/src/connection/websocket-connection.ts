import { decodeServerToAgentFrame, type ServerToAgent } from '@ampora/opamp-protocol';
import { WebSocket } from 'ws';
import { BackOff, retryAfterMs } from './back-off.ts';
import type { Connection, ConnectionOptions, SentReport } from './connection.ts';

const goodbyeTimeoutMs = 5_000;
const mostBytes = 64 * 1024 * 1024;

export class WebSocketConnection implements Connection {
  heartbeatMs: number;
  readonly #options: ConnectionOptions;
  readonly #backOff: BackOff;
  #socket: WebSocket | undefined;
  #wanted = false;
  #frozen = false;
  #isOpen = false;
  #hadConnection = false;
  #isAcknowledged = false;
  #retryAfterMs = 0;
  #redialTimer: NodeJS.Timeout | undefined;
  #heartbeatTimer: NodeJS.Timeout | undefined;
  #lastSentMs = 0;
  /** Sent on this connection and not known to be answered, oldest first. */
  #unanswered: SentReport[] = [];
  #measuringSinceMs: number | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.heartbeatMs = options.heartbeatMs;
    this.#backOff = new BackOff(options.random);
  }

  open(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    // A connection that is still ending dials when it has ended.
    if (this.#socket === undefined) this.#dial();
  }

  wake(): void {
    if (this.#isOpen && !this.#frozen) this.#send(false);
  }

  cut(): void {
    this.#wanted = false;
    clearTimeout(this.#redialTimer);
    this.#socket?.terminate();
  }

  freeze(): void {
    if (!this.#isOpen) return;
    this.#frozen = true;
    this.#socket?.pause();
    clearTimeout(this.#heartbeatTimer);
  }

  async goodbye(): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined || !this.#isOpen || this.#frozen) return this.cut();
    this.#wanted = false;
    this.#send(true);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => socket.terminate(), goodbyeTimeoutMs);
      socket.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      socket.close(1000);
    });
  }

  #dial(): void {
    const { endpoint, headers, tls, localAddress, counters } = this.#options;
    const socket = new WebSocket(endpoint, {
      headers,
      ...tls,
      ...(localAddress === undefined ? {} : { localAddress }),
      perMessageDeflate: false,
      maxPayload: mostBytes,
      handshakeTimeout: 30_000,
      skipUTF8Validation: true,
    });
    this.#socket = socket;
    socket.on('open', () => this.#opened());
    socket.on('message', (data: Buffer) => this.#received(data));
    socket.on('unexpected-response', (_request, response) => {
      counters.error(`dial/${response.statusCode ?? 0}`);
      this.#retryAfterMs = retryAfterMs(response.headers['retry-after'], Date.now());
      response.resume();
      socket.terminate();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // Without a code it is our own terminate() during a handshake, counted where it was called.
      if (error.code !== undefined) counters.error(`${this.#isOpen ? 'connection' : 'dial'}/${error.code}`);
    });
    socket.on('close', () => this.#closed());
  }

  #opened(): void {
    const { counters, owner } = this.#options;
    this.#isOpen = true;
    this.#backOff.reset();
    counters.connected += 1;
    if (this.#hadConnection) counters.reconnects += 1;
    this.#hadConnection = true;
    this.#send(false);
    this.#armHeartbeat(this.heartbeatMs);
    owner.connected();
  }

  #closed(): void {
    const { counters } = this.#options;
    const wasAnswered = this.#isAcknowledged;
    if (this.#isOpen) counters.connected -= 1;
    if (wasAnswered) counters.acknowledged -= 1;
    const wasOpen = this.#isOpen;
    this.#isOpen = this.#frozen = this.#isAcknowledged = false;
    this.#unanswered = [];
    this.#measuringSinceMs = undefined;
    this.#socket = undefined;
    clearTimeout(this.#heartbeatTimer);
    if (!this.#wanted) return;
    // opamp-go dials at once when a connection that stood is lost. One that was never answered is treated as a
    // failed dial here: a server that closes each connection would otherwise be dialled thousands of times a second.
    const waitMs = wasOpen && wasAnswered ? 0 : this.#backOff.next(this.#retryAfterMs);
    this.#retryAfterMs = 0;
    this.#redialTimer = setTimeout(() => this.#dial(), waitMs);
  }

  #send(goodbye: boolean): void {
    const { owner, counters } = this.#options;
    const { bytes, report } = owner.compose({ framed: true, goodbye });
    this.#lastSentMs = report.sentAtMs;
    this.#unanswered.push(report);
    this.#measuringSinceMs ??= report.sentAtMs;
    counters.messagesSent += 1;
    counters.bytesSent += bytes.length;
    this.#socket?.send(bytes);
  }

  #received(data: Buffer): void {
    const { owner, counters } = this.#options;
    if (this.#frozen) return;
    counters.messagesReceived += 1;
    counters.bytesReceived += data.length;
    let message: ServerToAgent;
    try {
      message = decodeServerToAgentFrame(data);
    } catch {
      counters.error('answer/undecodable');
      this.#socket?.terminate();
      return;
    }
    this.#settle(message);
    owner.received(message);
  }

  /**
   * Nothing in an answer says which message it answers. What offers something may be a push as well as an answer, and is
   * not counted as one: the queue then lags behind, and a report is called answered later than it was, never earlier.
   */
  #settle(message: ServerToAgent): void {
    const { owner, counters } = this.#options;
    if (!this.#isAcknowledged) {
      this.#isAcknowledged = true;
      counters.acknowledged += 1;
    }
    if (this.#unanswered.length === 0) return;
    if (this.#measuringSinceMs !== undefined) {
      counters.latencies.add(performance.now() - this.#measuringSinceMs);
      this.#measuringSinceMs = undefined;
    }
    counters.answers += 1;
    if (mayBePush(message)) return;
    const report = this.#unanswered.shift() as SentReport;
    if (message.errorResponse === undefined) owner.answered(report);
  }

  #armHeartbeat(waitMs: number): void {
    if (this.heartbeatMs <= 0) return;
    this.#heartbeatTimer = setTimeout(() => {
      const silentMs = performance.now() - this.#lastSentMs;
      if (silentMs + 1 >= this.heartbeatMs) {
        this.wake();
        this.#armHeartbeat(this.heartbeatMs);
      } else this.#armHeartbeat(this.heartbeatMs - silentMs);
    }, waitMs);
  }
}

function mayBePush(message: ServerToAgent): boolean {
  return (
    message.remoteConfig !== undefined ||
    message.connectionSettings !== undefined ||
    message.packagesAvailable !== undefined ||
    message.command !== undefined ||
    message.customMessage !== undefined ||
    message.agentIdentification !== undefined ||
    message.flags !== 0n
  );
}
