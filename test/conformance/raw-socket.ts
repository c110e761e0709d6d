import { connect, type Socket } from 'node:net';
import { waitFor } from './raw-agent.ts';

/** A WebSocket client that writes the frames it is given, right or wrong. */
export async function rawSocket(port: number): Promise<{ socket: Socket; received: () => Buffer }> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => undefined);
  socket.write(
    'GET /v1/opamp HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  await waitFor(() => Buffer.concat(chunks).includes('\r\n\r\n'), 'the handshake');
  chunks.length = 0;
  return { socket, received: () => Buffer.concat(chunks) };
}

export function frame(
  opcode: number,
  payload: Uint8Array,
  { fin = true, masked = true, rsv = 0 } = {},
): Buffer {
  const head = [(fin ? 0x80 : 0) | rsv | opcode];
  const mask = masked ? 0x80 : 0;
  if (payload.length < 126) head.push(mask | payload.length);
  else head.push(mask | 126, payload.length >> 8, payload.length & 255);
  return Buffer.concat([Buffer.from(head), masked ? Buffer.alloc(4) : Buffer.alloc(0), payload]);
}

/** A length-delimited protobuf field. */
export function wrap(field: number, content: Buffer): Buffer {
  const length: number[] = [];
  for (let rest = content.length; ; rest >>>= 7) {
    if (rest < 128) {
      length.push(rest);
      break;
    }
    length.push((rest & 127) | 128);
  }
  return Buffer.concat([Buffer.from([(field << 3) | 2, ...length]), content]);
}
