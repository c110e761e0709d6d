import { connect, type Socket } from 'node:net';
import { pongFrame } from './agent-frames.ts';

export interface AgentSocketHandlers {
  /** The upgrade was accepted. */
  onOpen(): void;
  /** A whole binary message; the bytes are only lent: they are gone when the call returns. */
  onMessage(payload: Buffer): void;
  onClose(reason: string): void;
}

const RECEIVE_BYTES = 64 * 1024;
/** All sockets of this process read into it, one at a time: what is read is looked at before the next read. */
const received = Buffer.allocUnsafeSlow(RECEIVE_BYTES);

/**
 * The client's end of a WebSocket, as little of it as a load generator needs: prepared frames out, whole binary
 * messages in. It costs about a third of a general client, and the machine's two cores have to do for both ends.
 */
export class AgentSocket {
  readonly #socket: Socket;
  readonly #handlers: AgentSocketHandlers;
  /** The beginning of what has not come whole yet. */
  #rest: Buffer | undefined = undefined;
  #open = false;
  #closeReason = 'closed';

  constructor(
    { port, path }: { readonly port: number; readonly path: string },
    handlers: AgentSocketHandlers,
  ) {
    this.#handlers = handlers;
    this.#socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: received,
        callback: (count) => {
          this.#take(received.subarray(0, count));
          return true;
        },
      },
    });
    this.#socket.once('connect', () => {
      this.#socket.write(
        `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
          'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhpcyBpcyBhIGJlbmNoLg==\r\n\r\n',
      );
    });
    this.#socket.on('error', (error) => (this.#closeReason = error.message));
    this.#socket.once('close', () => this.#handlers.onClose(this.#closeReason));
  }

  /** The frame must stay as it is until its answer has come. */
  send(frame: Buffer): void {
    this.#socket.write(frame);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    let bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    this.#rest = undefined;
    if (!this.#open) {
      const end = bytes.indexOf('\r\n\r\n');
      if (end < 0) {
        this.#keep(bytes);
        return;
      }
      if (!bytes.toString('latin1', 0, 12).startsWith('HTTP/1.1 101')) {
        this.#closeReason = `refused: ${bytes.toString('latin1', 0, Math.min(end, 200))}`;
        this.#socket.destroy();
        return;
      }
      this.#open = true;
      this.#handlers.onOpen();
      bytes = bytes.subarray(end + 4);
    }
    while (bytes.length > 0) {
      const taken = this.#takeFrame(bytes);
      if (taken === 0) {
        this.#keep(bytes);
        return;
      }
      bytes = bytes.subarray(taken);
    }
  }

  /** How many bytes the first frame takes; 0 when it has not come whole. */
  #takeFrame(bytes: Buffer): number {
    const short = (bytes[1] ?? 0) & 127;
    const head = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.length < head) return 0;
    const length =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
    if (bytes.length < head + length) return 0;
    const payload = bytes.subarray(head, head + length);
    const first = bytes[0] ?? 0;
    if (first === 0x82) this.#handlers.onMessage(payload);
    else if (first === 0x89) this.#socket.write(pongFrame(payload));
    else if (first === 0x88) {
      this.#closeReason = `closed by the server: ${length >= 2 ? payload.readUInt16BE(0) : ''} ${payload.toString('utf8', 2)}`;
      this.#socket.end();
    } else if (first !== 0x8a) {
      this.#closeReason = `unexpected frame 0x${first.toString(16)}`;
      this.#socket.destroy();
    }
    return head + length;
  }

  #keep(bytes: Buffer): void {
    this.#rest = Buffer.from(bytes);
  }
}
