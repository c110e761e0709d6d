import { createContentReader } from '@ampora/application';
import type { ConnectedAgent } from '@ampora/application/ports';
import { EdgeServer } from './connection/edge-server.ts';
import { createEdgeMetrics, noMetrics } from './edge-metrics.ts';
import { type OpAmpEdgeOptions, resolveOptions } from './edge-options.ts';
import { AgentLoader } from './facts/agent-loader.ts';
import { FactWriter } from './facts/fact-writer.ts';
import { createKnownContent } from './known-content.ts';
import { METRICS_PATH } from './connection/metrics-exchange.ts';
import { ownMetricsSettings } from './outbound/own-metrics.ts';
import { serverCapabilitiesWith } from './outbound/server-capabilities.ts';
import { PresenceFlush } from './presence/presence-flush.ts';
import { DrainOrders } from './push/drain-orders.ts';
import { PacedPush } from './push/paced-push.ts';
import { WantedConfigs } from './push/wanted-configs.ts';
import { AgentRegistry } from './session/agent-registry.ts';
import type { AgentSession } from './session/agent-session.ts';
import { AvailableComponentsIndex } from './session/components-index.ts';
import { FullStatePace } from './session/full-state-pace.ts';
import type { SessionContext } from './session/session-context.ts';
import { reclaimLostConnections } from './silence/reclaim-lost-connections.ts';

export interface OpAmpEdge {
  /** Reads what is wanted, then listens. Rejects when the log cannot be read or the port cannot be had. */
  start(): Promise<{ readonly port: number }>;
  /** Lets nobody in, says goodbye, states how it ended, waits until that is durable. */
  stop(): Promise<void>;
  status(): EdgeStatus;
  /** Agents held in memory, connected or not. */
  sessions(): readonly EdgeSession[];
}

export interface EdgeStatus {
  readonly listening: boolean;
  readonly connections: number;
  readonly agentsConnected: number;
  readonly agentsKnown: number;
}

export interface EdgeSession {
  readonly agentId: string;
  readonly connected: boolean;
  readonly lastSeenMs: number;
}

/** A disconnected agent is remembered this long, so that one that comes back need not repeat itself. */
const REMEMBER_MS = 10 * 60_000;

export function createOpAmpEdge(given: OpAmpEdgeOptions): OpAmpEdge {
  const options = resolveOptions(given);
  const { log, tenant, edgeInstance, logger } = options;
  const registry = new AgentRegistry(new AgentLoader(log));
  const pushes = new PacedPush();
  const wanted = new WantedConfigs({
    log,
    content: createContentReader(log),
    tenant,
    logger,
    maxOfferBytes: options.maxMessageBytes - 128,
    onAgent: (agentId, change) => {
      const session = registry.decided(agentId, change);
      if (session) pushes.add(session);
    },
    onGroup: (groupId) => {
      for (const session of registry.sessions()) {
        if (!session.followsGroup(groupId)) continue;
        session.considerOffer();
        pushes.add(session);
      }
    },
    onFleet: () => {
      for (const session of registry.sessions()) {
        if (!session.followsFleet) continue;
        session.considerOffer();
        pushes.add(session);
      }
    },
    onReady: () => {
      for (const session of registry.sessions()) if (session.isOfferDue) pushes.add(session);
    },
  });
  let ownMetrics = ownMetricsSettings(options.ownMetrics === 'auto' ? '' : options.ownMetrics);
  const context: SessionContext<AgentSession> = {
    tenant,
    edgeInstance,
    logger,
    wanted,
    get ownMetrics() {
      return ownMetrics;
    },
    capabilities: serverCapabilitiesWith({ ownMetrics: options.ownMetrics !== '' }),
    writer: new FactWriter(log, logger),
    components: new AvailableComponentsIndex(),
    fullState: new FullStatePace(),
    statusTimeoutMs: options.statusTimeoutMs,
    repeatOfferMs: options.repeatOfferMs,
    metrics: options.metrics ? createEdgeMetrics(options.metrics, tenant) : noMetrics,
    knownContent: createKnownContent(),
    load: (session) => {
      registry.load(session, context);
    },
    alias: (instanceUid, session) => {
      registry.alias(instanceUid, session);
    },
  };
  const drains = new DrainOrders({
    log,
    tenant,
    logger,
    drain: (agentId) => registry.findAgent(agentId)?.connection?.drain() ?? false,
  });
  const server = new EdgeServer(options, { registry, context });
  const presence =
    options.presence && new PresenceFlush({ registry, sink: options.presence, tenant, logger });
  const timers = new Set<NodeJS.Timeout>();
  let listening = false;

  const every = (ms: number, work: () => void) => {
    timers.add(setInterval(work, ms).unref());
  };

  const connectedAgents = () => {
    let count = 0;
    for (const session of registry.sessions()) if (session.connection) count++;
    return count;
  };

  const dropSilent = () => {
    const nowMs = Date.now();
    for (const session of registry.sessions()) {
      const { connection } = session;
      if (connection && session.isSilent(nowMs, options.heartbeatWindowMs))
        session.disconnected(connection, 'silent', nowMs);
    }
    registry.forgetIdle(nowMs - REMEMBER_MS);
    options.throughput?.sweep(nowMs);
    options.metrics?.activeSessions.set({ tenant, instance: edgeInstance }, connectedAgents());
  };

  /** Asked now, acted on after the window: agents have as long as any other to come back. */
  const reclaim = async () => {
    const agents: readonly ConnectedAgent[] = (await options.listConnectedAgents?.()) ?? [];
    const lost = agents.filter((agent) => agent.edgeInstance !== edgeInstance);
    if (lost.length === 0) return;
    const later = setTimeout(() => {
      const isHere = (agentId: string) => registry.findAgent(agentId)?.connection !== undefined;
      reclaimLostConnections(lost, { log, tenant, logger, isHere }).catch((error: unknown) => {
        logger.error('Lost connections could not be recorded', { error: String(error) });
      });
    }, options.heartbeatWindowMs).unref();
    timers.add(later);
  };

  return {
    async start() {
      await wanted.start();
      await drains.start();
      const port = await server.start();
      if (options.ownMetrics === 'auto')
        ownMetrics = ownMetricsSettings(`http://${hostInUrl(options.host)}:${port}${METRICS_PATH}`);
      listening = true;
      const sweepMs = Math.min(5_000, Math.ceil(options.heartbeatWindowMs / 4));
      every(sweepMs, dropSilent);
      every(Math.min(1_000, options.pingIntervalMs / 2, options.firstMessageTimeoutMs / 2), () => {
        server.check(Date.now());
      });
      if (presence) every(options.presenceIntervalMs, () => void presence.flush());
      reclaim().catch((error: unknown) => {
        logger.warn('Connected agents could not be listed', { error: String(error) });
      });
      return { port };
    },
    async stop() {
      listening = false;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      pushes.stop();
      context.fullState.stop();
      const nowMs = Date.now();
      for (const session of registry.sessions())
        if (session.connection) session.disconnected(session.connection, 'shutdown', nowMs);
      await server.stop();
      for (const session of registry.sessions()) session.settle();
      await context.writer.drained();
      await presence?.flush();
      await wanted.stop();
      await drains.stop();
      registry.dispose();
    },
    status: () => ({
      listening,
      connections: server.connections,
      agentsConnected: connectedAgents(),
      agentsKnown: registry.size,
    }),
    sessions: () =>
      [...registry.sessions()].map(({ agentId, connection, lastSeenMs }) => ({
        agentId,
        connected: connection !== undefined,
        lastSeenMs,
      })),
  };
}

function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
