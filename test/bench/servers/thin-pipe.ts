import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { type WebSocket, WebSocketServer } from 'ws';
import { answerParent } from '../processes/answer-parent.ts';
import { type BareReport, decodeReport, encodeAnswer } from './bare-opamp.ts';

/**
 * Baseline of P2: socket, decode, one insert of everything that waits, answers when it is committed. One insert is
 * under way at a time, so that batches grow with the load. No logic: the row is the report as it came.
 */
const pool = new pg.Pool({ connectionString: process.env.BENCH_DATABASE, max: 1 });
await pool.query(
  'create table if not exists reports (id bigint generated always as identity primary key, agent bytea, report bytea)',
);

interface Waiting {
  readonly socket: WebSocket;
  readonly report: BareReport;
  readonly frame: Buffer;
}
let waiting: Waiting[] = [];
let committing = false;

async function commit(): Promise<void> {
  if (committing) return;
  committing = true;
  while (waiting.length > 0) {
    const batch = waiting;
    waiting = [];
    await pool.query({
      name: 'insert',
      text: 'insert into reports (agent, report) select * from unnest($1::bytea[], $2::bytea[])',
      values: [batch.map(({ report }) => report.instanceUid), batch.map(({ frame }) => frame)],
    });
    for (const { socket, report } of batch) socket.send(encodeAnswer(report));
  }
  committing = false;
}

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
server.on('connection', (socket) => {
  socket.on('message', (frame: Buffer) => {
    waiting.push({ socket, report: decodeReport(frame), frame });
    setImmediate(() => void commit());
  });
});
const listening = new Promise<number>((resolve) => {
  server.once('listening', () => resolve((server.address() as AddressInfo).port));
});

const requests = { port: () => listening };
export type ThinPipeRequests = typeof requests;

answerParent(requests);
