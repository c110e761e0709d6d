import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { type AgentToServer, MalformedMessage, type MessageDecoder } from '@ampora/opamp-protocol';
import type { WebSocket } from 'ws';
import type { AgentConnection, Payload, ReplyTarget } from '../session/agent-connection.ts';
import type { AgentSession } from '../session/agent-session.ts';
import { badRequest, unavailable, unknownError } from './error-replies.ts';
import { receiveMessage, type Reception } from './receive-message.ts';
import { TokenBucket } from './token-bucket.ts';
import { acknowledgementFrame, binaryFrame } from './websocket-frame.ts';

export interface WebSocketLimits {
  readonly maxMessageBytes: number;
  readonly maxAgentsPerConnection: number;
  /** Messages a second that one connection may send on average; faster ones are read later. */
  readonly messagesPerSecond: number;
  /** Malformed messages after which it is closed; one is forgiven a minute. */
  readonly malformedBudget: number;
  readonly firstMessageTimeoutMs: number;
  /** A message must be complete, and a written one read, within this. */
  readonly transferTimeoutMs: number;
  readonly pingIntervalMs: number;
}

export interface WebSocketConnectionOptions {
  readonly reception: Reception;
  readonly decoder: MessageDecoder<AgentToServer>;
  readonly limits: WebSocketLimits;
  readonly onOffence: (address: string) => void;
}

interface Backlogged {
  readonly data: Buffer;
  readonly isBinary: boolean;
}

/** Beyond this a push waits until the peer has read: then only the newest is sent. */
const PUSH_BACKLOG_BYTES = 256 * 1024;
/** A client's control frame, without its payload: it is masked. */
const CONTROL_FRAME_BYTES = 6;
const REPLY_BACKLOG_BYTES = 1024 * 1024;

/** One socket. Reads, decodes, hands over; writes in order; enforces the limits. Several agents may speak through it. */
export class WebSocketConnection implements AgentConnection, ReplyTarget {
  readonly transport = 'websocket';
  readonly id: string = randomUUID();
  readonly remoteAddress: string;
  readonly #ws: WebSocket;
  readonly #socket: Socket;
  readonly #options: WebSocketConnectionOptions;
  readonly #bucket: TokenBucket;
  /** Made when the first malformed message comes. */
  #budget: TokenBucket | undefined = undefined;
  #session: AgentSession | undefined = undefined;
  /** More than one agent speaks through this socket. */
  #others: Set<AgentSession> | undefined = undefined;
  #pausing: NodeJS.Timeout | undefined = undefined;
  /** At most what one read of the socket holds. */
  #backlog: Backlogged[] | undefined = undefined;
  readonly #openedMs = Date.now();
  /** Last sign that the peer is there: a message or a pong. */
  heardMs: number = Date.now();
  #bytesAtLast = 0;
  #partialSinceMs = 0;
  #backlogSinceMs = 0;
  #pingedMs = 0;

  /** `socket` is what `ws` speaks through. */
  constructor(ws: WebSocket, socket: Socket, options: WebSocketConnectionOptions) {
    this.#ws = ws;
    this.#socket = socket;
    this.remoteAddress = socket.remoteAddress ?? '';
    this.#options = options;
    const { messagesPerSecond } = options.limits;
    this.#bucket = new TokenBucket(messagesPerSecond, 2 * messagesPerSecond, this.#openedMs);
    ws.on('message', (data, isBinary) => {
      this.#onMessage(data as Buffer, isBinary);
    });
    ws.on('ping', (payload: Buffer) => {
      this.#bytesAtLast += CONTROL_FRAME_BYTES + payload.byteLength;
      this.#charge(Date.now());
    });
    ws.on('pong', (payload: Buffer) => {
      this.#bytesAtLast += CONTROL_FRAME_BYTES + payload.byteLength;
      this.heardMs = Date.now();
    });
    ws.on('error', (error: Error & { code?: string }) => {
      this.#options.reception.context.metrics.rejected(
        error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' ? 'oversize' : 'malformed',
      );
    });
    ws.on('close', () => {
      this.#closed();
    });
  }

  get isOpen(): boolean {
    return this.#ws.readyState === this.#ws.OPEN;
  }

  get hasAgents(): boolean {
    return this.#session !== undefined;
  }

  // Reading

  #onMessage(data: Buffer, isBinary: boolean): void {
    const nowMs = Date.now();
    this.#heard(nowMs);
    // What was read with the message that went too far is still delivered, but not yet looked at.
    if (this.#pausing || this.#backlog) (this.#backlog ??= []).push({ data, isBinary });
    else this.#take(data, isBinary, nowMs);
  }

  #take(data: Buffer, isBinary: boolean, nowMs: number): void {
    this.#charge(nowMs);
    const { reception, decoder } = this.#options;
    reception.context.metrics.received('websocket');
    if (!isBinary) {
      this.#malformed('Text messages are not OpAMP: send binary ones.', nowMs);
      return;
    }
    let message: AgentToServer;
    try {
      message = decoder.decodeFrame(data);
    } catch (error) {
      if (!(error instanceof MalformedMessage)) throw error;
      this.#malformed(error.message, nowMs);
      return;
    }
    const current = this.#session;
    if (current?.connection === this && isSameUid(current.uid, message.instanceUid)) {
      current.receive(message, data.byteLength, this, this);
      return;
    }
    this.#receiveFromAnother(message, data.byteLength, nowMs);
  }

  #receiveFromAnother(message: AgentToServer, sizeBytes: number, nowMs: number): void {
    const { reception } = this.#options;
    const known = reception.registry.find(message.instanceUid);
    if (this.#isFull && !(known && this.#isSeated(known))) {
      this.#malformed('Too many agents on one connection.', nowMs, message.instanceUid);
      return;
    }
    const outcome = receiveMessage(reception, { message, sizeBytes }, this, (session) => this.#seat(session));
    if ('refused' in outcome) this.#malformed(outcome.refused, nowMs, message.instanceUid);
  }

  get #isFull(): boolean {
    return (this.#others?.size ?? (this.#session ? 1 : 0)) >= this.#options.limits.maxAgentsPerConnection;
  }

  #isSeated(session: AgentSession): boolean {
    return this.#session === session || this.#others?.has(session) === true;
  }

  /** Remembers the agent, who is to be told when the socket closes. */
  #seat(session: AgentSession): this {
    if (!this.#session) this.#session = session;
    else if (!this.#isSeated(session)) (this.#others ??= new Set([this.#session])).add(session);
    return this;
  }

  #malformed(explanation: string, nowMs: number, instanceUid?: Uint8Array): void {
    const { reception, limits, onOffence } = this.#options;
    reception.context.metrics.rejected('malformed');
    this.#write({ head: badRequest(explanation, instanceUid) });
    this.#budget ??= new TokenBucket(1 / 60, limits.malformedBudget, nowMs);
    if (this.#budget.take(nowMs)) return;
    onOffence(this.remoteAddress);
    this.close(1008, 'Too many malformed messages');
  }

  /** Back-pressure instead of loss: who sends too fast is read again when its bucket is no longer in debt. */
  #charge(nowMs: number): void {
    const debtMs = this.#bucket.charge(nowMs);
    if (debtMs === 0 || this.#pausing) return;
    this.#ws.pause();
    this.#pausing = setTimeout(
      () => {
        this.#pausing = undefined;
        this.#goOn();
      },
      Math.max(5, debtMs),
    ).unref();
  }

  #goOn(): void {
    const backlog = this.#backlog ?? [];
    let taken = 0;
    while (!this.#pausing && taken < backlog.length) {
      const { data, isBinary } = backlog[taken++] as Backlogged;
      this.#take(data, isBinary, Date.now());
    }
    this.#backlog = taken < backlog.length ? backlog.slice(taken) : undefined;
    if (!this.#pausing) this.#ws.resume();
  }

  #heard(nowMs: number): void {
    this.heardMs = nowMs;
    this.#bytesAtLast = this.#socket.bytesRead;
    this.#partialSinceMs = 0;
  }

  // Writing

  acknowledge(instanceUid: Uint8Array): void {
    this.#options.reception.context.metrics.sent('websocket');
    this.#send([acknowledgementFrame(instanceUid)]);
  }

  reply(payload: Payload): boolean {
    this.#write(payload);
    return this.isOpen;
  }

  refuse(instanceUid: Uint8Array, why: 'unavailable' | 'unknown'): void {
    this.#write({ head: why === 'unavailable' ? unavailable(instanceUid) : unknownError(instanceUid) });
  }

  push(payload: Payload): boolean {
    if (!this.isOpen || this.#socket.writableLength > PUSH_BACKLOG_BYTES) return false;
    this.#options.reception.context.metrics.sent('push');
    this.#send(binaryFrame(payload.head, payload.shared));
    return true;
  }

  #write(payload: Payload): void {
    this.#options.reception.context.metrics.sent('websocket');
    this.#send(binaryFrame(payload.head, payload.shared));
  }

  /** Past the library's sender, which would write a frame's header and its data apart. Nothing is compressed, so nothing of its own waits. */
  #send(frame: readonly Buffer[]): void {
    if (!this.isOpen) return;
    const [first, ...rest] = frame as readonly [Buffer, ...Buffer[]];
    if (rest.length > 0) this.#socket.cork();
    this.#socket.write(first);
    for (const part of rest) this.#socket.write(part);
    if (rest.length > 0) this.#socket.uncork();
    if (this.#socket.writableLength > REPLY_BACKLOG_BYTES + this.#options.limits.maxMessageBytes)
      this.terminate();
  }

  // Time

  /** Called every so often by the edge. */
  check(nowMs: number): void {
    const { limits } = this.#options;
    if (!this.#session && nowMs - this.#openedMs > limits.firstMessageTimeoutMs) {
      this.close(1008, 'No message came');
      return;
    }
    if (this.#isStuck(nowMs, limits.transferTimeoutMs)) {
      this.terminate();
      return;
    }
    if (nowMs - this.heardMs < limits.pingIntervalMs || nowMs - this.#pingedMs < limits.pingIntervalMs)
      return;
    // Two pings without an answer: nobody is there any more.
    if (nowMs - this.heardMs > 2.5 * limits.pingIntervalMs) {
      this.terminate();
      return;
    }
    this.#pingedMs = nowMs;
    if (this.isOpen) this.#ws.ping();
  }

  /** A message that does not end, or an answer that is not read. */
  #isStuck(nowMs: number, timeoutMs: number): boolean {
    if (this.#socket.bytesRead <= this.#bytesAtLast || this.#pausing) this.#partialSinceMs = 0;
    else if (this.#partialSinceMs === 0) this.#partialSinceMs = nowMs;
    if (this.#socket.writableLength < PUSH_BACKLOG_BYTES) this.#backlogSinceMs = 0;
    else if (this.#backlogSinceMs === 0) this.#backlogSinceMs = nowMs;
    const since = Math.max(
      this.#partialSinceMs && nowMs - this.#partialSinceMs,
      this.#backlogSinceMs && nowMs - this.#backlogSinceMs,
    );
    return since > timeoutMs;
  }

  // Ending

  superseded(): void {
    const agents = this.#others ?? new Set(this.#session && [this.#session]);
    for (const agent of agents) if (agent.connection === this) return;
    this.close(1008, 'Replaced by a newer connection of the same agent');
  }

  drain(): boolean {
    if (!this.isOpen) return false;
    this.close(1012, 'Drained: connect again');
    return true;
  }

  close(code: number, reason: string): void {
    if (!this.isOpen) return;
    this.#ws.close(code, reason);
  }

  terminate(): void {
    this.#ws.terminate();
  }

  #closed(): void {
    clearTimeout(this.#pausing);
    const nowMs = Date.now();
    for (const session of this.#others ?? (this.#session ? [this.#session] : []))
      session.disconnected(this, 'closed', nowMs);
    this.#session = undefined;
    this.#others = undefined;
  }
}

function isSameUid(left: Uint8Array, right: Uint8Array): boolean {
  if (right.length !== 16) return false;
  for (let index = 0; index < 16; index++) if (left[index] !== right[index]) return false;
  return true;
}
