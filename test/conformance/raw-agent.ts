import { gunzipSync } from 'node:zlib';
import { request as httpRequest } from 'node:http';
import {
  AgentCapability,
  type AgentToServer,
  decodeServerToAgent,
  decodeServerToAgentFrame,
  encodeAgentToServer,
  encodeAgentToServerFrame,
  type MessageInit,
  newInstanceUid,
  type ServerToAgent,
} from '@ampora/opamp-protocol';
import WebSocket, { type ClientOptions } from 'ws';

export type Message = MessageInit<AgentToServer>;

export async function waitFor(condition: () => boolean | Promise<boolean>, what: string, timeoutMs = 20_000) {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** An OpAMP client that does only what it is told, for one socket. */
export class RawAgent {
  readonly uid: Uint8Array;
  readonly ws: WebSocket;
  readonly received: ServerToAgent[] = [];
  readonly frames: Buffer[] = [];
  #read = 0;
  sequence = -1n;
  capabilities: bigint;
  closed: { code: number; reason: string } | undefined;

  private constructor(ws: WebSocket, uid: Uint8Array, capabilities: bigint) {
    this.ws = ws;
    this.uid = uid;
    this.capabilities = capabilities;
    ws.on('message', (data: Buffer) => {
      this.frames.push(data);
      this.received.push(decodeServerToAgentFrame(data));
    });
    ws.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
    ws.on('error', () => undefined);
  }

  static async connect(
    url: string,
    options: { uid?: Uint8Array; capabilities?: bigint; client?: ClientOptions } = {},
  ): Promise<RawAgent> {
    const ws = new WebSocket(url, options.client);
    const agent = new RawAgent(ws, options.uid ?? newInstanceUid(), options.capabilities ?? usual);
    await new Promise<void>((resolve, reject) => {
      ws.once('open', resolve);
      ws.once('error', reject);
    });
    return agent;
  }

  /** Sends the next message in sequence. */
  send(parts: Message = {}): void {
    this.sequence = parts.sequenceNum ?? this.sequence + 1n;
    this.ws.send(this.encode({ ...parts, sequenceNum: this.sequence }));
  }

  encode(parts: Message): Uint8Array {
    return encodeAgentToServerFrame({ instanceUid: this.uid, capabilities: this.capabilities, ...parts });
  }

  /** The next message of the server that was not looked at yet. */
  async next(timeoutMs = 20_000): Promise<ServerToAgent> {
    await waitFor(() => this.received.length > this.#read, 'a message from the server', timeoutMs);
    return this.received[this.#read++] as ServerToAgent;
  }

  async ask(parts: Message = {}, timeoutMs?: number): Promise<ServerToAgent> {
    this.send(parts);
    return this.next(timeoutMs);
  }

  /** Nothing more came, and everything sent was answered: an answer to a heartbeat proves it. */
  get unread(): ServerToAgent[] {
    return this.received.slice(this.#read);
  }

  async untilClosed(): Promise<{ code: number; reason: string }> {
    await waitFor(() => this.closed !== undefined, 'the close of the socket');
    return this.closed as { code: number; reason: string };
  }

  async leave(): Promise<void> {
    this.ws.terminate();
    await this.untilClosed();
  }
}

export const usual =
  AgentCapability.ReportsStatus |
  AgentCapability.AcceptsRemoteConfig |
  AgentCapability.ReportsEffectiveConfig |
  AgentCapability.ReportsHealth |
  AgentCapability.ReportsRemoteConfig |
  AgentCapability.ReportsHeartbeat;

export const text = (value: string) => new TextEncoder().encode(value);

/** A complete first report. */
export function fullState(name = 'collector', parts: Message = {}): Message {
  return {
    agentDescription: {
      identifyingAttributes: [{ key: 'service.name', value: { stringValue: name } }],
      nonIdentifyingAttributes: [{ key: 'os.type', value: { stringValue: 'linux' } }],
    },
    health: { healthy: true, status: 'StatusOK', startTimeUnixNano: 1n, statusTimeUnixNano: 2n },
    effectiveConfig: {
      configMap: { configMap: { '': { body: text('receivers: {}\n'), contentType: 'text/yaml' } } },
    },
    remoteConfigStatus: {},
    packageStatuses: {},
    ...parts,
  };
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
  readonly message: ServerToAgent | undefined;
}

/** POSTs bytes as they are. */
export function postRaw(
  port: number,
  body: Uint8Array | undefined,
  headers: Record<string, string> = {},
  { method = 'POST', path = '/v1/opamp' }: { method?: string; path?: string } = {},
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        headers: { 'Content-Type': 'application/x-protobuf', ...headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const raw = Buffer.concat(chunks);
          const bytes = response.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
          const isMessage = response.headers['content-type'] === 'application/x-protobuf';
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: bytes,
            message: isMessage ? decodeServerToAgent(bytes) : undefined,
          });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

/** A polling agent that does only what it is told. */
export class RawPoller {
  readonly uid: Uint8Array;
  readonly port: number;
  sequence = -1n;
  capabilities = usual;

  constructor(port: number, uid: Uint8Array = newInstanceUid()) {
    this.port = port;
    this.uid = uid;
  }

  encode(parts: Message = {}): Uint8Array {
    this.sequence = parts.sequenceNum ?? this.sequence + 1n;
    return encodeAgentToServer({
      instanceUid: this.uid,
      capabilities: this.capabilities,
      ...parts,
      sequenceNum: this.sequence,
    });
  }

  post(parts: Message = {}, headers: Record<string, string> = {}): Promise<HttpAnswer> {
    return postRaw(this.port, this.encode(parts), headers);
  }
}
