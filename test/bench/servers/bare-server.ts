import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { answerParent } from '../processes/answer-parent.ts';
import { machineMs } from '../load/load-fleet.ts';
import { decodeReport, encodeAnswer } from './bare-opamp.ts';

/** Baseline of P1, P5, P6 and P16: a bare `ws` server that decodes, encodes a minimal answer, and can broadcast. */
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
server.on('connection', (socket) => {
  socket.on('message', (frame: Buffer) => socket.send(encodeAnswer(decodeReport(frame))));
});
const listening = new Promise<number>((resolve) => {
  server.once('listening', () => resolve((server.address() as AddressInfo).port));
});

const requests = {
  port: () => listening,
  /** Sends one frame, made once, to every socket; returns when (machineMs) it began. */
  broadcast: (payload: Uint8Array): number => {
    const startedMs = machineMs();
    const frame = Buffer.concat([Buffer.of(0x82, 126, payload.length >> 8, payload.length & 255), payload]);
    for (const socket of server.clients)
      (socket as unknown as { _socket: NodeJS.WritableStream })._socket.write(frame);
    return startedMs;
  },
};
export type BareServerRequests = typeof requests;

answerParent(requests);
