import type { EventLog, ListConnectedAgents, PresenceSink } from '@ampora/application/ports';
import type { ThroughputStore } from '@ampora/own-metrics';
import { type Logger, type Metrics, silentLogger } from '@ampora/platform';
import { admitLoopback, type Authenticate } from './connection/authenticate.ts';

export interface OpAmpEdgeOptions {
  readonly log: EventLog;
  readonly logger?: Logger;
  readonly metrics?: Metrics['opamp'];
  readonly presence?: PresenceSink;
  readonly listConnectedAgents?: ListConnectedAgents;
  /** Takes what agents measure of themselves. Absent: it is not received. */
  readonly throughput?: ThroughputStore;
  /** Default: peers on this machine only. */
  readonly authenticate?: Authenticate;
  readonly tenant?: string;
  /** Names this process in events and presence; another one each time it starts. */
  readonly edgeInstance?: string;
  readonly host?: string;
  /** 0 takes any free port. Default 4320. */
  readonly port?: number;
  readonly path?: string;
  /** Per WebSocket message (header included) or HTTP body, after inflation; also for what is sent. Default 10 MiB. */
  readonly maxMessageBytes?: number;
  readonly heartbeatWindowMs?: number;
  readonly maxConnections?: number;
  readonly maxConnectionsPerAddress?: number;
  /** HTTP requests a second that one address may make on average, and how many at once after a pause. */
  readonly requestsPerSecondPerAddress?: number;
  readonly requestBurstPerAddress?: number;
  readonly maxAgentsPerConnection?: number;
  readonly messagesPerSecond?: number;
  readonly malformedBudget?: number;
  readonly handshakeTimeoutMs?: number;
  readonly firstMessageTimeoutMs?: number;
  readonly transferTimeoutMs?: number;
  readonly pingIntervalMs?: number;
  readonly presenceIntervalMs?: number;
  /** How long an agent that was asked which configuration it has may take to tell, before it is sent what is wanted. */
  readonly statusTimeoutMs?: number;
  /** After how long an agent that polls is asked about an offer of which it has said nothing; doubles each time. */
  readonly repeatOfferMs?: number;
  /** Where agents are to send what they measure of themselves; with `auto` it is this edge. Default: nowhere. */
  readonly ownMetrics?: string;
  /** How long a stop may take until sockets are cut. */
  readonly stopTimeoutMs?: number;
}

export type ResolvedOptions = Required<Omit<OpAmpEdgeOptions, Optional>> & Pick<OpAmpEdgeOptions, Optional>;

type Optional = 'metrics' | 'presence' | 'listConnectedAgents' | 'throughput';

export function resolveOptions(options: OpAmpEdgeOptions): ResolvedOptions {
  return {
    logger: silentLogger,
    authenticate: admitLoopback,
    tenant: 'default',
    edgeInstance: `edge-${process.pid}-${Date.now().toString(36)}`,
    host: '127.0.0.1',
    port: 4320,
    path: '/v1/opamp',
    maxMessageBytes: 10 * 1024 * 1024,
    heartbeatWindowMs: 90_000,
    maxConnections: 60_000,
    maxConnectionsPerAddress: 20_000,
    requestsPerSecondPerAddress: 2_000,
    requestBurstPerAddress: 20_000,
    maxAgentsPerConnection: 1_000,
    messagesPerSecond: 1_000,
    malformedBudget: 20,
    handshakeTimeoutMs: 10_000,
    firstMessageTimeoutMs: 30_000,
    transferTimeoutMs: 60_000,
    pingIntervalMs: 30_000,
    presenceIntervalMs: 2_000,
    statusTimeoutMs: 10_000,
    repeatOfferMs: 60_000,
    ownMetrics: '',
    stopTimeoutMs: 5_000,
    ...options,
  };
}
