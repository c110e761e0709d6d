import { isIP } from 'node:net';
import { cast, type CharacterMix, type CharacterName, dealCharacters } from './characters/cast.ts';
import type { Connection, ConnectionOptions, TlsOptions } from './connection/connection.ts';
import { createHttpPool, HttpConnection, type HttpPool } from './connection/http-connection.ts';
import { WebSocketConnection } from './connection/websocket-connection.ts';
import { FleetCounters, type FleetStatistics } from './fleet-statistics.ts';
import { createIdentity, defaultSites, type Site } from './identity.ts';
import { type Ledger, openLedger } from './ledger.ts';
import { OfferedConfigs } from './offered-configs.ts';
import { sendOwnMetrics } from './own-metrics/send-own-metrics.ts';
import { randomFor } from './random.ts';
import { type FleetSurroundings, SimulatedAgent } from './simulated-agent.ts';

export interface FleetOptions {
  /** Such as `ws://127.0.0.1:4320/v1/opamp`; `http`, `https` and `wss` are as good: each agent's transport picks the scheme. */
  readonly endpoint: string;
  readonly agents: number;
  /** Share of agents that poll over plain HTTP, 0 to 1. Default 0. */
  readonly httpShare?: number;
  /** Default: all healthy. */
  readonly characters?: CharacterMix;
  /** The same seed gives the same agents, uids included, with the same characters. Default 1. */
  readonly seed?: number;
  /** Silence before a heartbeat, and the polling interval. Default 30,000. */
  readonly heartbeatMs?: number;
  /** First connections per second. Reconnects follow each client's own back-off. Default 500. */
  readonly connectRate?: number;
  /** Share of the agents that change their health each minute, 0 upwards. Default 0. */
  readonly changesPerMinute?: number;
  /** Factor on every delay of a script: 0.1 is ten times as fast. Default 1. */
  readonly pace?: number;
  /** JSONL file of answered reports. */
  readonly ledgerPath?: string;
  /** Sent with each handshake and request, such as an Authorization. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly tls?: TlsOptions;
  /**
   * Agents send what flows through them, made up after what they run: every so many milliseconds, to this endpoint or to where the server
   * tells them.
   */
  readonly ownMetrics?: { readonly everyMs: number; readonly endpoint?: string };
  readonly sites?: readonly Site[];
  /** Local addresses to connect from in turn: one address has about 28,000 ports. Default: enough of 127.0.0.0/8 for a loopback endpoint. */
  readonly sourceAddresses?: readonly string[];
}

export interface Fleet {
  readonly agents: readonly SimulatedAgent[];
  /** Resolves when every agent has dialled once. Rejects when the ledger cannot be opened. */
  start(): Promise<void>;
  statistics(): FleetStatistics;
  /** Begins a new measurement of latencies. */
  clearLatencies(): void;
  /** Every agent says goodbye; resolves when all connections are gone and the ledger is written. */
  stop(): Promise<void>;
}

const portsPerAddress = 20_000;
const tickMs = 20;
const stopBatch = 500;

/** Real OpAMP clients over real sockets, in one process. Throws RangeError for options out of range, TypeError for a bad endpoint. */
export function createFleet(options: FleetOptions): Fleet {
  const settled = settle(options);
  const counters = new FleetCounters();
  const stopping = new AbortController();
  const configs = new OfferedConfigs();
  let ledger: Ledger | undefined;
  const surroundings: FleetSurroundings = {
    configs,
    counters,
    get ledger() {
      return ledger;
    },
    pace: settled.pace,
    ownMetricsTo: settled.ownMetrics && (settled.ownMetrics.endpoint ?? ''),
  };
  const pool = createHttpPool(settled.httpEndpoint, settled.tls);
  const agents = createAgents(settled, surroundings, pool);
  let disturbing: NodeJS.Timeout | undefined;
  let endReports: (() => void) | undefined;

  return {
    agents,
    async start() {
      if (settled.ledgerPath !== undefined) ledger = await openLedger(settled.ledgerPath);
      if (settled.changesPerMinute > 0) disturbing = disturb(agents, settled.changesPerMinute, settled.seed);
      if (settled.ownMetrics) {
        const { headers } = settled;
        endReports = sendOwnMetrics(agents, { everyMs: settled.ownMetrics.everyMs, headers, counters });
      }
      await connectAll(agents, settled.connectRate, stopping.signal);
    },
    statistics: () => counters.snapshot(agents.length),
    clearLatencies: () => counters.latencies.clear(),
    async stop() {
      stopping.abort();
      clearInterval(disturbing);
      endReports?.();
      for (let from = 0; from < agents.length; from += stopBatch)
        await Promise.all(agents.slice(from, from + stopBatch).map((agent) => agent.stop()));
      pool.destroy();
      await ledger?.close();
    },
  };
}

type Settled = ReturnType<typeof settle>;

function settle(options: FleetOptions) {
  const { agents, httpShare = 0, pace = 1, connectRate = 500, heartbeatMs = 30_000 } = options;
  const within = (name: string, value: number, [least, most]: readonly [number, number]) => {
    if (!(value >= least && value <= most))
      throw new RangeError(`${name} is ${value}; it must be from ${least} to ${most}.`);
  };
  if (!Number.isInteger(agents)) throw new RangeError(`agents is ${agents}; it must be a whole number.`);
  within('agents', agents, [1, 1_000_000]);
  within('httpShare', httpShare, [0, 1]);
  within('pace', pace, [0.001, 1_000]);
  within('connectRate', connectRate, [1, 1_000_000]);
  within('heartbeatMs', heartbeatMs, [1, 86_400_000]);
  within('ownMetrics.everyMs', options.ownMetrics?.everyMs ?? 1_000, [100, 86_400_000]);
  within('changesPerMinute', options.changesPerMinute ?? 0, [0, 6_000]);
  const { webSocketEndpoint, httpEndpoint, host } = endpointsOf(options.endpoint);
  return {
    agents,
    httpShare,
    pace,
    connectRate,
    heartbeatMs,
    webSocketEndpoint,
    httpEndpoint,
    characters: options.characters ?? ({ healthy: 1 } satisfies CharacterMix),
    seed: options.seed ?? 1,
    changesPerMinute: options.changesPerMinute ?? 0,
    ownMetrics: options.ownMetrics,
    ledgerPath: options.ledgerPath,
    headers: options.headers ?? {},
    tls: options.tls ?? {},
    sites: options.sites ?? defaultSites,
    sourceAddresses: options.sourceAddresses ?? loopbackAddresses(host, agents),
  };
}

function endpointsOf(endpoint: string) {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || !['ws:', 'wss:', 'http:', 'https:'].includes(url.protocol))
    throw new TypeError(
      `"${endpoint}" is no OpAMP endpoint: give a ws, wss, http or https URL, such as ws://127.0.0.1:4320/v1/opamp.`,
    );
  const isSecure = url.protocol === 'wss:' || url.protocol === 'https:';
  const rest = url.href.slice(url.protocol.length);
  return {
    webSocketEndpoint: `${isSecure ? 'wss:' : 'ws:'}${rest}`,
    httpEndpoint: `${isSecure ? 'https:' : 'http:'}${rest}`,
    host: url.hostname,
  };
}

function loopbackAddresses(host: string, agents: number): readonly string[] {
  const isLoopback = isIP(host) === 4 && host.startsWith('127.');
  if (!isLoopback || agents <= portsPerAddress) return [];
  return Array.from({ length: Math.ceil(agents / portsPerAddress) }, (_, index) => `127.0.0.${index + 1}`);
}

function createAgents(settled: Settled, surroundings: FleetSurroundings, pool: HttpPool): SimulatedAgent[] {
  const ordinals = new Map<CharacterName, number>();
  return dealCharacters(settled.characters, settled.agents).map((name, index) => {
    const ordinal = ordinals.get(name) ?? 0;
    ordinals.set(name, ordinal + 1);
    const random = randomFor(settled.seed, `agent/${index}`);
    const agent = new SimulatedAgent({
      identity: createIdentity(settled.seed, index, settled.sites),
      character: cast[name],
      ordinal,
      random,
      surroundings,
    });
    const overHttp = randomFor(settled.seed, `transport/${index}`).next() < settled.httpShare;
    agent.attach(connect(agent, settled, { overHttp, counters: surroundings.counters, pool, random, index }));
    return agent;
  });
}

interface Way {
  readonly overHttp: boolean;
  readonly counters: FleetCounters;
  readonly pool: HttpPool;
  readonly random: ReturnType<typeof randomFor>;
  readonly index: number;
}

function connect(owner: SimulatedAgent, settled: Settled, way: Way): Connection {
  const { sourceAddresses, heartbeatMs, headers, tls } = settled;
  const options: ConnectionOptions = {
    owner,
    endpoint: way.overHttp ? settled.httpEndpoint : settled.webSocketEndpoint,
    heartbeatMs,
    headers,
    tls,
    localAddress:
      sourceAddresses.length === 0 ? undefined : sourceAddresses[way.index % sourceAddresses.length],
    random: way.random,
    counters: way.counters,
  };
  return way.overHttp ? new HttpConnection(options, way.pool) : new WebSocketConnection(options);
}

/** Dials agents in order at an even rate; gives up quietly when the signal fires. */
function connectAll(agents: readonly SimulatedAgent[], rate: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const startedAtMs = performance.now();
    let next = 0;
    const tick = () => {
      const allowed = Math.ceil(((performance.now() - startedAtMs + tickMs) / 1000) * rate);
      while (next < agents.length && next < allowed && !signal.aborted) agents[next++]?.start();
      if (next < agents.length && !signal.aborted) return;
      clearInterval(timer);
      resolve();
    };
    const timer = setInterval(tick, tickMs);
    tick();
  });
}

/** Spreads the changes evenly over time and at random over the fleet. */
function disturb(agents: readonly SimulatedAgent[], share: number, seed: number): NodeJS.Timeout {
  const random = randomFor(seed, 'disturbances');
  const perMs = (agents.length * share) / 60_000;
  let lastMs = performance.now();
  let owed = 0;
  return setInterval(() => {
    const nowMs = performance.now();
    owed += (nowMs - lastMs) * perMs;
    lastMs = nowMs;
    // Bounded, so that a stalled process does not burst when it runs again.
    owed = Math.min(owed, agents.length);
    for (; owed >= 1; owed--) random.pick(agents).disturb();
  }, 100);
}
