import { randomUUID } from 'node:crypto';
import { agentIdOf, stampEvents, storeContent, typedEvents } from '@ampora/application';
import type { EventLog } from '@ampora/application/ports';
import { type AmporaEvent, encodeEvent, streamOf } from '@ampora/catalogue';
import { createPostgresEventLog, migratePostgresEventLog } from '@ampora/event-store';
import { createOpAmpEdge, type OpAmpEdge, type OpAmpEdgeOptions } from '@ampora/opamp-edge';
import { instanceUidToText, remoteConfigHash } from '@ampora/opamp-protocol';
import { createMetrics, type Metrics } from '@ampora/platform';
import { throwAwayPostgres } from '@ampora/testkit/postgres';
import { fullState, RawAgent, waitFor } from './raw-agent.ts';

const metadata = {
  tenant: 'default',
  actor: 'spec',
  actorRole: 'Operator',
  correlationId: 'spec',
} as const;

export interface EdgeUnderTest {
  readonly port: number;
  readonly url: string;
  readonly log: EventLog;
  readonly edge: OpAmpEdge;
  readonly metrics: Metrics;
  /** Ends the edge and starts another one on the same log: by `stop`, or without a word, as kill -9 would. */
  restart(how: 'graceful' | 'abrupt'): Promise<EdgeUnderTest>;
  eventsOf(uid: Uint8Array): Promise<AmporaEvent[]>;
  typesOf(uid: Uint8Array): Promise<string[]>;
  /** Waits until the agent's stream has an event of this type (or so many). */
  untilEvent(uid: Uint8Array, type: string, count?: number): Promise<void>;
  assign(uid: Uint8Array, text: string): Promise<string>;
  assignGroup(groupId: string, text: string): Promise<string>;
  assignFleet(text: string): Promise<string>;
  /** The edge has seen every assignment made before: shown by an agent that is assigned something last. */
  caughtUp(): Promise<void>;
  rejected(reason: string): Promise<number>;
  stop(): Promise<void>;
}

export async function startEdge(options: Partial<OpAmpEdgeOptions> = {}): Promise<EdgeUnderTest> {
  const postgres = await throwAwayPostgres();
  const database = await postgres.createDatabase();
  await migratePostgresEventLog({ connectionString: database.connectionString });
  const log = createPostgresEventLog({ connectionString: database.connectionString });
  const stopAll = async () => {
    await log.close();
    await database.drop();
  };
  return begin(log, options, stopAll);
}

/** For logs that are not plain PostgreSQL: faults, delays. */
export async function begin(
  log: EventLog,
  options: Partial<OpAmpEdgeOptions>,
  stopAll: () => Promise<void>,
): Promise<EdgeUnderTest> {
  const metrics = createMetrics({ processMetrics: false });
  const edge = createOpAmpEdge({ port: 0, metrics: metrics.opamp, ...options, log });
  const { port } = await edge.start();

  const eventsOf = async (uid: Uint8Array) => {
    const agentId = agentIdOf('default', instanceUidToText(uid));
    const events = typedEvents<AmporaEvent>(await log.readStream(streamOf.agent(agentId)));
    // The edge does not check what it made itself: here is where it would show.
    for (const event of events) encodeEvent(event);
    return events;
  };
  const typesOf = async (uid: Uint8Array) => (await eventsOf(uid)).map(({ type }) => type);

  const publish = async (text: string, toEvent: (version: Version) => AmporaEvent, streamId: string) => {
    const body = Buffer.from(text);
    const { contentHash, appends } = storeContent(body, metadata);
    const hash = remoteConfigHash([{ name: '', contentType: 'text/yaml', body }]);
    const configHash = Buffer.from(hash).toString('hex');
    const event = toEvent({ configurationId: randomUUID(), version: 1, contentHash, configHash });
    const events = stampEvents([event], metadata);
    await log.append([...appends, { streamId, expectedRevision: 'any', events }]);
    return configHash;
  };

  const url = `ws://127.0.0.1:${port}/v1/opamp`;
  const assign = (uid: Uint8Array, text: string) => {
    const agentId = agentIdOf('default', instanceUidToText(uid));
    return publish(
      text,
      (version) => ({ type: 'AgentConfigurationAssigned', data: { agentId, ...version } }),
      streamOf.assignment(agentId),
    );
  };
  let canary: Promise<RawAgent> | undefined;

  return {
    port,
    url,
    log,
    edge,
    metrics,
    async restart(how) {
      if (how === 'graceful') await edge.stop();
      return begin(log, options, stopAll);
    },
    eventsOf,
    typesOf,
    untilEvent: (uid, type, count = 1) =>
      waitFor(
        async () => (await typesOf(uid)).filter((known) => known === type).length >= count,
        `${count} × ${type}`,
      ),
    assign,
    async caughtUp() {
      canary ??= RawAgent.connect(url).then(async (agent) => {
        await agent.ask(fullState('canary'));
        return agent;
      });
      const agent = await canary;
      const hash = await assign(
        agent.uid,
        `receivers:
  canary/${randomUUID()}: {}
`,
      );
      // What others were assigned before may have reached it too.
      const hasIt = () =>
        agent.received.some(
          ({ remoteConfig }) => Buffer.from(remoteConfig?.configHash ?? []).toString('hex') === hash,
        );
      await waitFor(hasIt, 'what was assigned last');
    },
    assignGroup: (groupId, text) =>
      publish(
        text,
        (version) => ({ type: 'GroupConfigurationAssigned', data: { groupId, ...version } }),
        streamOf.group(groupId),
      ),
    assignFleet: (text) =>
      publish(
        text,
        (version) => ({ type: 'FleetConfigurationAssigned', data: version }),
        streamOf.fleetAssignment('default'),
      ),
    async rejected(reason) {
      const metric = metrics.registry.getSingleMetric('ampora_opamp_frames_rejected_total');
      const { values } = await (
        metric as { get(): Promise<{ values: { labels: object; value: number }[] }> }
      ).get();
      return values
        .filter(({ labels }) => (labels as { reason?: string }).reason === reason)
        .reduce((sum, { value }) => sum + value, 0);
    },
    async stop() {
      await edge.stop();
      await stopAll();
    },
  };
}

interface Version {
  readonly configurationId: string;
  readonly version: number;
  readonly contentHash: string;
  readonly configHash: string;
}
