import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AgentToServer,
  decodeAgentToServer,
  decodeAgentToServerFrame,
  encodeServerToAgent,
  encodeServerToAgentFrame,
  filesToRemoteConfig,
  instanceUidToText,
  type MessageInit,
  newInstanceUid,
  RemoteConfigStatuses,
  type ServerToAgent,
  ServerToAgentFlag,
} from '@ampora/opamp-protocol';
import { expect } from 'chai';
import { type WebSocket, WebSocketServer } from 'ws';
import { createFleet, type Fleet, type FleetOptions } from './fleet.ts';
import type { LedgerEntry } from './ledger.ts';

type Answer = (message: AgentToServer) => MessageInit<ServerToAgent>;

/** The least OpAMP server there is: answers every message with the uid and what the spec adds. */
class BareServer {
  readonly messages: AgentToServer[] = [];
  readonly uidHeaders: (string | undefined)[] = [];
  readonly sockets = new Map<string, WebSocket>();
  answer: Answer = () => ({});
  /** What the next HTTP requests and handshakes meet instead of an answer. */
  refusals: { status: number; retryAfter?: string }[] = [];
  dials = 0;
  #http: Server | undefined;
  #webSockets: WebSocketServer | undefined;

  async listen(port = 0): Promise<number> {
    const http = createServer((request, response) => {
      const refusal = this.refusals.shift();
      if (refusal !== undefined) {
        response.writeHead(refusal.status, { 'retry-after': refusal.retryAfter ?? '0' }).end();
        return;
      }
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.uidHeaders.push(request.headers['opamp-instance-uid'] as string | undefined);
        const message = decodeAgentToServer(Buffer.concat(chunks));
        this.messages.push(message);
        response.setHeader('content-type', 'application/x-protobuf');
        response.end(encodeServerToAgent({ instanceUid: message.instanceUid, ...this.answer(message) }));
      });
    });
    const webSockets = new WebSocketServer({ noServer: true });
    http.on('upgrade', (request, socket, head) => {
      this.dials += 1;
      const refusal = this.refusals.shift();
      if (refusal !== undefined) {
        socket.end(
          `HTTP/1.1 ${refusal.status} Refused\r\nRetry-After: ${refusal.retryAfter ?? '0'}\r\nContent-Length: 0\r\n\r\n`,
        );
        return;
      }
      webSockets.handleUpgrade(request, socket, head, (webSocket) => this.#serve(webSocket));
    });
    await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
    this.#http = http;
    this.#webSockets = webSockets;
    return (http.address() as AddressInfo).port;
  }

  push(uid: string, message: MessageInit<ServerToAgent>): void {
    this.sockets.get(uid)?.send(encodeServerToAgentFrame(message));
  }

  from(uid: string): AgentToServer[] {
    return this.messages.filter((message) => instanceUidToText(message.instanceUid) === uid);
  }

  async close(): Promise<void> {
    for (const client of this.#webSockets?.clients ?? []) client.terminate();
    this.#http?.closeAllConnections();
    await new Promise((resolve) => this.#http?.close(resolve));
  }

  #serve(webSocket: WebSocket): void {
    webSocket.on('message', (data: Buffer) => {
      const message = decodeAgentToServerFrame(data);
      this.messages.push(message);
      this.sockets.set(instanceUidToText(message.instanceUid), webSocket);
      webSocket.send(encodeServerToAgentFrame({ instanceUid: message.instanceUid, ...this.answer(message) }));
    });
  }
}

async function until(what: string, condition: () => boolean, boundMs = 30_000): Promise<void> {
  const endMs = performance.now() + boundMs;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`Waited ${boundMs} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const yaml = (timeout: string) => `
receivers: {otlp: {protocols: {grpc: {}}}}
processors: {batch: {timeout: ${timeout}}}
exporters: {debug: {}}
service: {pipelines: {traces: {receivers: [otlp], processors: [batch], exporters: [debug]}}}
`;
const offer = (body: string) =>
  filesToRemoteConfig([{ name: '', contentType: 'text/yaml', body: Buffer.from(body) }]);
const acceptsConfig = (message: AgentToServer) => (message.capabilities & 2n) !== 0n;

describe('a simulated fleet', () => {
  let server: BareServer;
  let port: number;
  let fleet: Fleet | undefined;

  const run = async (options: Partial<FleetOptions>): Promise<Fleet> => {
    fleet = createFleet({
      endpoint: `ws://127.0.0.1:${port}/v1/opamp`,
      agents: 1,
      heartbeatMs: 100,
      pace: 0.01,
      ...options,
    });
    await fleet.start();
    return fleet;
  };
  const firstUid = () => fleet!.agents[0]!.uidText;

  beforeEach(async () => {
    server = new BareServer();
    port = await server.listen();
  });

  afterEach(async () => {
    await fleet?.stop();
    fleet = undefined;
    await server.close();
  });

  for (const [transport, httpShare] of [
    ['WebSocket', 0],
    ['plain HTTP', 1],
  ] as const) {
    describe(`over ${transport}`, () => {
      it('introduces itself whole, then sends only what changed, with rising sequence numbers', async () => {
        const { statistics } = await run({ httpShare });
        await until('heartbeats came', () => server.messages.length >= 4);
        const [first, ...rest] = server.from(firstUid());
        expect(first!.sequenceNum).to.equal(0n);
        expect(first).to.include.keys('agentDescription', 'health', 'effectiveConfig', 'availableComponents');
        expect(first!.remoteConfigStatus).to.deep.include({ status: RemoteConfigStatuses.UNSET });
        expect(Object.keys(first!.availableComponents!.components)).to.deep.equal([]);
        expect(rest.map(({ sequenceNum }) => sequenceNum)).to.deep.equal(rest.map((_, i) => BigInt(i + 1)));
        const heartbeats = rest.filter(({ health }) => health === undefined);
        expect(heartbeats.length).to.be.greaterThan(0);
        for (const heartbeat of heartbeats)
          expect(heartbeat).to.not.have.any.keys(
            'agentDescription',
            'effectiveConfig',
            'availableComponents',
          );
        expect(statistics()).to.include({ connected: 1, acknowledged: 1 });
        if (httpShare === 1) expect(new Set(server.uidHeaders)).to.deep.equal(new Set([firstUid()]));
      });

      it('applies what it is offered, once, however often it is offered', async () => {
        const wanted = offer(yaml('7s'));
        server.answer = (message) => (acceptsConfig(message) ? { remoteConfig: wanted } : {});
        await run({ httpShare });
        await until('the agent says APPLIED', () => fleet!.statistics().applied === 1);
        await until('it was offered again', () => fleet!.statistics().repeatedOffers > 2);
        const statuses = server.messages
          .map(({ remoteConfigStatus }) => remoteConfigStatus)
          .filter((status) => status !== undefined && status.status !== RemoteConfigStatuses.UNSET);
        expect(statuses.map((status) => status!.status)).to.deep.equal([
          RemoteConfigStatuses.APPLYING,
          RemoteConfigStatuses.APPLIED,
        ]);
        expect(Buffer.from(statuses[1]!.lastRemoteConfigHash).equals(wanted.configHash)).to.equal(true);
        const effective = server.messages.findLast((message) => message.effectiveConfig)!.effectiveConfig;
        const text = Buffer.from(effective!.configMap!.configMap['']!.body).toString();
        expect(text).to.include('timeout: 7s').and.include('send_batch_size: 8192');
      });

      it('tells everything again, component map included, when asked for its full state', async () => {
        let asked = 0;
        server.answer = (message) =>
          message.sequenceNum === 2n && asked++ === 0 ? { flags: ServerToAgentFlag.ReportFullState } : {};
        await run({ httpShare });
        await until('the full state came', () =>
          server.messages.some(
            ({ availableComponents }) => Object.keys(availableComponents?.components ?? {}).length > 0,
          ),
        );
        const full = server.messages.at(-1)!;
        expect(fleet!.statistics().fullStateRequests).to.equal(1);
        expect(full.sequenceNum > 2n).to.equal(true);
      });

      it('takes a new uid on the spot and keeps counting', async () => {
        const newUid = newInstanceUid();
        server.answer = (message) =>
          message.sequenceNum === 1n ? { agentIdentification: { newInstanceUid: newUid } } : {};
        await run({ httpShare });
        await until('it uses the new uid', () => server.from(instanceUidToText(newUid)).length > 0);
        expect(server.from(instanceUidToText(newUid))[0]!.sequenceNum).to.equal(2n);
        expect(firstUid()).to.equal(instanceUidToText(newUid));
      });

      it('keeps away as long as Retry-After says, then comes whole', async () => {
        server.refusals = [{ status: 503, retryAfter: '1' }];
        const startedMs = performance.now();
        await run({ httpShare });
        await until('it came', () => server.messages.length > 0);
        expect(performance.now() - startedMs).to.be.greaterThan(990);
        expect(server.messages[0]).to.include.keys('agentDescription');
        expect(fleet!.statistics().errors).to.deep.include({ [httpShare ? 'http/503' : 'dial/503']: 1 });
      });

      it('comes back with the next number and nothing else when the server was away', async () => {
        await run({ httpShare });
        await until('it is settled', () => server.messages.length >= 3);
        await server.close();
        const before = server.messages.length;
        const seen = server.messages.at(-1)!.sequenceNum;
        await until('it has missed the server', () => Object.keys(fleet!.statistics().errors).length > 0);
        await server.listen(port);
        await until('it is back', () => server.messages.length > before);
        const back = server.messages[before]!;
        expect(back.sequenceNum > seen).to.equal(true);
        expect(back).to.not.have.any.keys('agentDescription', 'health', 'effectiveConfig');
        await until('it counts as connected', () => fleet!.statistics().acknowledged === 1);
        expect(fleet!.statistics().reconnects).to.be.greaterThan(0);
      });

      it('says goodbye when it stops', async () => {
        await run({ httpShare, agents: 3 });
        await until('all are settled', () => fleet!.statistics().acknowledged === 3);
        await fleet!.stop();
        fleet = undefined;
        const goodbyes = server.messages.filter(({ agentDisconnect }) => agentDisconnect !== undefined);
        expect(goodbyes.length).to.equal(3);
        expect(goodbyes[0]!.health!.lastError).to.equal('Supervisor is shutdown');
      });

      it('leaves in the ledger only what was answered, and all that changed', async () => {
        const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
        try {
          const ledgerPath = join(folder, 'ledger.jsonl');
          let offered = 0;
          server.answer = (message) =>
            message.sequenceNum >= 3n && offered++ === 0 ? { remoteConfig: offer(yaml('9s')) } : {};
          await run({ httpShare, ledgerPath });
          await until('APPLIED', () => fleet!.statistics().applied === 1);
          const last = server.messages.length;
          await until('heartbeats push the last answers through', () => server.messages.length > last + 4);
          await fleet!.stop();
          fleet = undefined;
          const lines = readFileSync(ledgerPath, 'utf8').trim().split('\n');
          const entries = lines.map((line) => JSON.parse(line) as LedgerEntry);
          expect(entries[0]).to.include({ seq: 0 }).and.include.keys('description', 'effectiveConfig');
          expect(entries.map((entry) => entry.remoteConfigStatus?.status)).to.include.members(['applied']);
          const reported = new Set(server.messages.map(({ sequenceNum }) => Number(sequenceNum)));
          for (const { seq } of entries) expect(reported.has(seq), `seq ${seq} was received`).to.equal(true);
          expect(entries.some((entry) => entry.seq !== 0 && Object.keys(entry).length <= 3)).to.equal(false);
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      });
    });
  }

  it('refuses with the reason of its build, and runs on', async () => {
    server.answer = (message) =>
      acceptsConfig(message) ? { remoteConfig: offer(yaml('1s').replaceAll('debug', 'carbon')) } : {};
    await run({});
    await until('FAILED', () => fleet!.statistics().failed === 1);
    const status = server.messages.findLast((message) => message.remoteConfigStatus)!.remoteConfigStatus!;
    expect(status.status).to.equal(RemoteConfigStatuses.FAILED);
    expect(status.errorMessage).to.include(`unknown type: "carbon" for id: "carbon"`);
  });

  it('takes a push between two heartbeats', async () => {
    await run({ heartbeatMs: 60_000 });
    await until('it is settled', () => server.messages.length >= 2);
    server.push(firstUid(), { remoteConfig: offer(yaml('3s')) });
    await until('APPLIED', () => fleet!.statistics().applied === 1);
    expect(fleet!.statistics()).to.include({ offers: 1, repeatedOffers: 0 });
  });

  it('an observer ignores offers in silence', async () => {
    server.answer = () => ({ remoteConfig: offer(yaml('4s')) });
    await run({ characters: { observer: 1 } });
    await until('it was offered often', () => fleet!.statistics().unwantedOffers > 2);
    const statuses = server.messages.map(({ remoteConfigStatus }) => remoteConfigStatus?.status ?? 0);
    expect(new Set(statuses)).to.deep.equal(new Set([RemoteConfigStatuses.UNSET]));
    expect(server.messages[0]!.capabilities).to.equal(0x4805n);
  });

  it('restarts under a new uid with a full report from 0', async () => {
    await run({ characters: { 'restarts-with-new-uid': 1 }, pace: 0.001, heartbeatMs: 60_000 });
    await until('a second uid came', () => server.sockets.size >= 2);
    const [, second] = [...server.sockets.keys()];
    expect(server.from(second!)[0]!.sequenceNum).to.equal(0n);
    expect(server.from(second!)[0]).to.include.keys('agentDescription');
    expect(server.messages.some(({ agentDisconnect }) => agentDisconnect !== undefined)).to.equal(true);
  });

  it('edits its own configuration after it has said APPLIED', async () => {
    let offered = 0;
    server.answer = () => (offered++ === 0 ? { remoteConfig: offer(yaml('5s')) } : {});
    await run({ characters: { 'edits-own-config': 1 } });
    const text = () => {
      const message = server.messages.findLast(({ effectiveConfig }) => effectiveConfig !== undefined);
      return Buffer.from(message?.effectiveConfig?.configMap?.configMap['']?.body ?? []).toString();
    };
    await until('somebody turned a knob', () => text().includes('timeout: 10s'));
    expect(fleet!.statistics().applied).to.equal(1);
  });

  it('goes deaf without closing, and comes back on a new connection', async () => {
    await run({ characters: { 'half-open': 1 }, heartbeatMs: 20, pace: 0.002 });
    await until('it is settled', () => server.messages.length >= 3);
    await until('it dialled again', () => server.dials >= 2);
    await until('it was answered again', () => fleet!.statistics().acknowledged === 1);
    expect(server.messages.some(({ agentDisconnect }) => agentDisconnect !== undefined)).to.equal(false);
  });

  it('flaps with another process id each time', async () => {
    await run({ characters: { flaps: 2 }, agents: 2, heartbeatMs: 60_000, pace: 0.005 });
    const deaths = () =>
      server.messages.flatMap(({ health }) => (health?.lastError.includes('PID=') ? [health.lastError] : []));
    await until('it died often', () => deaths().length >= 6 && server.dials >= 4);
    expect(new Set(deaths()).size).to.be.greaterThan(3);
  });

  it('deals transports and characters over a larger fleet and connects at the rate asked for', async () => {
    const agents = 200;
    const mix = { healthy: 6, flaps: 1, observer: 1, 'never-answers': 1, 'refuses-config': 1 };
    const startedMs = performance.now();
    await run({ agents, httpShare: 0.25, characters: mix, connectRate: 400, heartbeatMs: 60_000, pace: 1 });
    expect(performance.now() - startedMs).to.be.greaterThan(400);
    await until('all are connected', () => fleet!.statistics().acknowledged === agents);
    const uids = new Set(server.messages.map(({ instanceUid }) => instanceUidToText(instanceUid)));
    expect(uids.size).to.equal(agents);
    expect(server.sockets.size).to.be.within(120, 180);
    expect(fleet!.statistics().latencyP99Ms).to.be.greaterThan(0);
  });
});
