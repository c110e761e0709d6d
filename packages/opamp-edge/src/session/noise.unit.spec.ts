import { mock } from 'node:test';
import type { EventLog, StreamAppend } from '@ampora/application/ports';
import type { NewEvent } from '@ampora/kernel';
import {
  type AgentToServer,
  decodeAgentToServer,
  encodeAgentToServer,
  type MessageInit,
} from '@ampora/opamp-protocol';
import { silentLogger } from '@ampora/platform';
import { expect } from 'chai';
import { noMetrics } from '../edge-metrics.ts';
import { FactWriter } from '../facts/fact-writer.ts';
import { createKnownContent } from '../known-content.ts';
import { ownMetricsSettings } from '../outbound/own-metrics.ts';
import type { WantedConfigs } from '../push/wanted-configs.ts';
import type { AgentConnection, ReplyTarget } from './agent-connection.ts';
import { AgentSession } from './agent-session.ts';
import { AvailableComponentsIndex } from './components-index.ts';
import { FullStatePace } from './full-state-pace.ts';
import type { SessionContext } from './session-context.ts';

const turn = setImmediate;
const uid = Buffer.from('0190a1b2c3d470008000000000000001', 'hex');
const SUPERVISOR = 0x7de7n;

/** One session on a clock that only the spec moves, and a log that takes everything: what is left is the noise that was let through. */
function world() {
  const stored: NewEvent[] = [];
  let answers = 0;
  const log = {
    append: (batch: readonly StreamAppend[]) => {
      const results = batch.map(({ streamId, events }) => {
        if (streamId.startsWith('agent-')) stored.push(...events);
        return {
          outcome: 'appended',
          streamId,
          firstRevision: 0,
          lastRevision: stored.length - 1,
          position: 1n,
          repeated: false,
        };
      });
      return Promise.resolve(results);
    },
  } as unknown as EventLog;
  const context: SessionContext<AgentSession> = {
    tenant: 'default',
    edgeInstance: 'edge',
    writer: new FactWriter(log, silentLogger),
    wanted: {
      wantedOf: () => ({ version: null, by: null, level: 'fleet' }),
    } as unknown as WantedConfigs,
    ownMetrics: ownMetricsSettings(''),
    capabilities: 0n,
    components: new AvailableComponentsIndex(),
    fullState: new FullStatePace(),
    metrics: noMetrics,
    statusTimeoutMs: 5_000,
    repeatOfferMs: 60_000,
    logger: silentLogger,
    knownContent: createKnownContent(),
    load: (session) => {
      session.loaded({
        state: { status: 'unknown' },
        revision: -1,
        own: { assigned: null, at: 0n, by: null },
        membership: { groupId: null, at: 0n, by: null },
        offered: null,
        reoffer: null,
      });
    },
    alias: () => undefined,
  };
  const target: ReplyTarget = {
    acknowledge: () => void answers++,
    reply: () => ++answers > 0,
    refuse: () => {
      throw new Error('A report was refused');
    },
  };
  const session = new AgentSession(context, uid);
  context.load(session);
  let sequence = 0n;
  let sent = 0;
  let connection = open();

  function open(): AgentConnection {
    const id = `00000000-0000-4000-8000-${String(sent).padStart(12, '0')}`;
    return {
      id,
      transport: 'websocket',
      remoteAddress: '127.0.0.1',
      isOpen: true,
      heardMs: 0,
      push: () => true,
      superseded: () => undefined,
      drain: () => false,
    };
  }
  const send = (parts: MessageInit<AgentToServer>) => {
    const bytes = encodeAgentToServer({
      instanceUid: uid,
      capabilities: SUPERVISOR,
      sequenceNum: sequence++,
      ...parts,
    });
    sent++;
    session.receive(decodeAgentToServer(bytes), bytes.byteLength, target, connection);
  };
  return {
    stored,
    send,
    types: () => stored.map(({ type }) => type),
    unanswered: () => sent - answers,
    close: () => {
      session.disconnected(connection, 'closed');
    },
    reconnect: () => {
      sequence = 0n;
      connection = open();
    },
    /** Time goes by in small steps, and what is due and stored meanwhile is. */
    async pass(ms: number, stepMs = 50) {
      for (let passed = 0; passed < ms; passed += stepMs) {
        mock.timers.tick(Math.min(stepMs, ms - passed));
        await new Promise<void>((resolve) => turn(() => turn(resolve)));
      }
    },
    /** The same without a look in between, for long days. */
    async leap(ms: number) {
      mock.timers.tick(ms);
      await new Promise<void>((resolve) => turn(resolve));
    },
  };
}

const tree = (
  status: string,
  healthy: boolean,
  nowMs: number,
  lastError = '',
): MessageInit<AgentToServer>['health'] => ({
  healthy,
  status,
  lastError,
  startTimeUnixNano: BigInt(nowMs) * 1_000_000n,
  statusTimeUnixNano: BigInt(nowMs) * 1_000_000n,
  componentHealthMap: {
    'pipeline:traces': { healthy, status, statusTimeUnixNano: BigInt(nowMs) * 1_000_000n },
  },
});
const full = (nowMs: number): MessageInit<AgentToServer> => ({
  agentDescription: { identifyingAttributes: [{ key: 'service.name', value: { stringValue: 'otelcol' } }] },
  effectiveConfig: { configMap: { configMap: { '': { body: Buffer.from('receivers: {}\n') } } } },
  health: tree('StatusOK', true, nowMs),
  remoteConfigStatus: {},
  packageStatuses: {},
});

describe('what a real Collector does to history', () => {
  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_800_000_000_000 });
  });
  afterEach(() => {
    mock.timers.reset();
  });

  it('a reload in eight messages, with a goodbye and another connection, leaves at most three events', async () => {
    const { stored, send, types, close, reconnect, pass, unanswered } = world();
    send(full(Date.now()));
    await pass(2_000);
    const before = stored.length;
    send({ health: tree('StatusStopping', false, Date.now()) });
    await pass(5, 5);
    send({ health: tree('StatusStopped', false, Date.now()) });
    await pass(5, 5);
    send({ health: { healthy: false, lastError: 'stopped' }, agentDisconnect: {} });
    close();
    await pass(5, 5);
    reconnect();
    send({ ...full(Date.now()), health: {} });
    for (const status of ['StatusStarting', 'StatusStarting', 'StatusOK']) {
      await pass(4, 4);
      send({ health: tree(status, status === 'StatusOK', Date.now()) });
    }
    await pass(4, 4);
    send({ health: tree('StatusOK', true, Date.now()) });
    await pass(5_000);
    expect(types().slice(before)).to.deep.equal([
      'AgentHealthReported',
      'AgentConnected',
      'AgentHealthReported',
    ]);
    const last = stored.at(-1)?.data as { health: { status: string } };
    expect(last.health.status).to.equal('StatusOK');
    expect(unanswered()).to.equal(0);
  });

  it('a supervised Collector that dies every 5 s for a day leaves fewer than 50 events, the first and the last among them', async () => {
    const { stored, send, leap, pass, unanswered } = world();
    send(full(Date.now()));
    await pass(1_000);
    const first = `Agent process PID=1000 exited unexpectedly, exit code=1. Will restart in a bit...`;
    for (let count = 0; count < 17_280; count++) {
      send({
        health: {
          healthy: false,
          lastError: first.replace('1000', String(1000 + count)),
          startTimeUnixNano: BigInt(count),
        },
      });
      await leap(5_000);
    }
    send({ health: tree('StatusOK', true, Date.now()) });
    await pass(1_000);
    expect(stored.length).to.be.below(50);
    const healths = stored
      .filter(({ type }) => type.startsWith('AgentHealth'))
      .map(({ data }) => data as { health: { lastError: string; healthy: boolean } });
    expect(healths[1]?.health.lastError).to.equal(first);
    expect(healths.at(-1)?.health.healthy).to.equal(true);
    expect(unanswered()).to.equal(0);
  }).timeout(30_000);

  it('a Collector with the extension that comes up, dies and comes back every 5 s for a day leaves fewer than 50 events', async () => {
    const { stored, types, send, leap, pass, close, reconnect } = world();
    for (let count = 0; count < 17_280; count++) {
      if (count > 0) reconnect();
      send({ ...full(Date.now()), health: tree('StatusStarting', false, Date.now()) });
      await leap(300);
      send({ health: tree('StatusOK', true, Date.now()) });
      await leap(2_700);
      close();
      await leap(2_000);
    }
    await pass(4 * 3600_000, 60_000);
    expect(stored.length).to.be.below(50);
    expect(types()[0]).to.equal('AgentEnrolled');
    const settled = stored.filter(({ type }) => type === 'AgentConnectionFlapping').at(-1)?.data;
    expect(settled).to.include({ connected: false, settled: true });
  }).timeout(60_000);

  const config = (name: string): MessageInit<AgentToServer> => ({
    effectiveConfig: {
      configMap: { configMap: { '': { body: new TextEncoder().encode(`receivers: { ${name}: {} }\n`) } } },
    },
  });

  it('X20: two effective configs in turn, every second for two hours, leave fewer than 20 events, the last among them', async () => {
    const { stored, send, leap, pass, unanswered } = world();
    send(full(Date.now()));
    await pass(1_000);
    for (let count = 0; count < 7_200; count++) {
      send(config(count % 2 === 0 ? 'a' : 'b'));
      await leap(1_000);
    }
    send(config('last'));
    const facts = () => stored.filter(({ type }) => type === 'AgentEffectiveConfigReported');
    await pass(1_000);
    const last = facts().at(-1)?.data;
    send(config('a'));
    await pass(4 * 3600_000, 60_000);
    expect(facts().length).to.be.below(20);
    expect(facts().at(-1)?.data, 'settled on the known one after the new one').to.not.deep.equal(last);
    expect(unanswered()).to.equal(0);
  }).timeout(30_000);

  it('X20: a new effective config every second for two hours leaves some 20 events and one a minute, the newest in the end', async () => {
    const { stored, send, leap, pass, unanswered } = world();
    send(full(Date.now()));
    await pass(1_000);
    const facts = () => stored.filter(({ type }) => type === 'AgentEffectiveConfigReported');
    for (let count = 0; count < 10; count++) {
      send(config(`n${count}`));
      await leap(1_000);
      expect(facts(), 'at once').to.have.length(2 + count);
    }
    for (let count = 10; count < 7_200; count++) {
      send(config(`n${count}`));
      await leap(1_000);
    }
    await pass(120_000, 1_000);
    expect(facts().length).to.be.within(100, 160);
    const before = facts().length;
    send(config('n7199'));
    await pass(120_000, 1_000);
    expect(facts(), 'the newest was stated').to.have.length(before);
    expect(unanswered()).to.equal(0);
  }).timeout(30_000);

  it('configs that change to and fro in a hurry are told as they are ten seconds after the last', async () => {
    const { stored, send, pass, unanswered } = world();
    send(full(Date.now()));
    await pass(1_000);
    send(config('a'));
    await pass(20 * 60_000, 1_000);
    const facts = () => stored.filter(({ type }) => type === 'AgentEffectiveConfigReported');
    const states = new Map<string, unknown>([['a', facts().at(-1)?.data]]);
    for (let count = 0; count < 10; count++) {
      const name = count % 2 === 0 ? 'b' : 'a';
      send(config(name));
      await pass(2_000);
      if (count === 0) states.set('b', facts().at(-1)?.data);
    }
    expect(states.get('a')).to.not.deep.equal(states.get('b'));
    expect(facts().at(-1)?.data, 'held back').to.deep.equal(states.get('b'));
    await pass(8_500);
    expect(facts().at(-1)?.data).to.deep.equal(states.get('a'));
    const count = facts().length;
    await pass(2 * 3600_000, 60_000);
    expect(facts().length).to.equal(count);
    expect(unanswered()).to.equal(0);
  });

  it('a config that is told late because there were many is told within a minute, also as an episode begins', async () => {
    const { stored, send, pass } = world();
    send(full(Date.now()));
    await pass(1_000);
    const facts = () => stored.filter(({ type }) => type === 'AgentEffectiveConfigReported');
    for (let count = 0; count < 10; count++) {
      send(config(count % 2 === 0 ? 'a' : 'b'));
      await pass(1_000);
    }
    // Two episodes that settled: the third is to be held for 90 s.
    await pass(15_000, 1_000);
    send(config('a'));
    await pass(60_000, 1_000);
    for (let count = 0; count < 25; count++) {
      send(config(`n${count}`));
      await pass(200);
    }
    const before = facts().at(-1)?.data;
    send(config('n23'));
    await pass(50_000, 1_000);
    expect(facts().at(-1)?.data, 'held back').to.deep.equal(before);
    await pass(12_000, 1_000);
    expect(facts().at(-1)?.data).to.not.deep.equal(before);
  });

  it('what a burst held is answered when the burst ends in the counting of an episode, not at its next statement', async () => {
    const { send, pass, unanswered } = world();
    send(full(Date.now()));
    await pass(1_000);
    for (let count = 0; count < 12; count++) {
      send({ health: tree(count % 2 === 0 ? 'StatusStarting' : 'StatusStopped', false, Date.now()) });
      await pass(1_000);
    }
    send({ health: tree('new', false, Date.now()) });
    send({ health: tree('newer', false, Date.now()) });
    send({ health: tree('StatusStarting', false, Date.now()) });
    await pass(1_000);
    expect(unanswered()).to.equal(0);
  });

  it('a burst is answered when its fact is stored, not before', async () => {
    const { send, pass, unanswered } = world();
    send(full(Date.now()));
    await pass(1_000);
    send({ health: tree('StatusStopping', false, Date.now()) });
    send({ health: tree('StatusStopped', false, Date.now()) });
    await pass(50, 10);
    expect(unanswered()).to.equal(1);
    await pass(100, 10);
    expect(unanswered()).to.equal(0);
  });
});
