import { agentIdOf, storeContent } from '@ampora/application';
import type { EventLog, StreamAppend } from '@ampora/application/ports';
import { type AgentEvent, type AmporaEvent, encodeEvent, streamOf } from '@ampora/catalogue';
import type { EventMetadata } from '@ampora/kernel';
import { createHash, randomUUID } from 'node:crypto';

/** Events per agent: what an agent that lives for a while leaves behind. */
const EVENTS_PER_AGENT = 50;
const AGENTS_PER_BATCH = 500;
const BODIES = 40;

const metadata: EventMetadata = {
  tenant: 'default',
  actor: 'agent:bench',
  actorRole: 'Agent',
  sourceIp: '10.1.2.3',
  correlationId: randomUUID(),
};

function newEvent(event: AmporaEvent) {
  return { id: randomUUID(), ...encodeEvent(event), metadata };
}

const bodies = Array.from({ length: BODIES }, (_, number) => {
  const text = `receivers: { otlp: { protocols: { grpc: { endpoint: 0.0.0.0:${4317 + number} } } } }
processors: { batch: { timeout: ${1 + number}s } }
exporters: { otlp: { endpoint: gateway-${number}.example.net:4317 } }
service: { pipelines: { traces: { receivers: [otlp], processors: [batch], exporters: [otlp] } } }
`;
  return { sizeBytes: Buffer.byteLength(text), ...storeContent(Buffer.from(text), metadata) };
});
const bodyOf = (number: number) => bodies[number % BODIES] ?? bodies[0]!;

const configurationId = randomUUID();
const instanceUids = new Map<number, string>();

function instanceUidOf(agent: number): string {
  const known = instanceUids.get(agent);
  if (known) return known;
  const uid = randomUUID();
  instanceUids.set(agent, uid);
  return uid;
}

/** The `step`th event in the life of an agent: it enrols, tells all, then goes round through everything that happens. */
function eventOf(agent: number, step: number): AgentEvent {
  const instanceUid = instanceUidOf(agent);
  const agentId = agentIdOf('default', instanceUid);
  const connectionId = instanceUid;
  const { contentHash, sizeBytes } = bodyOf(agent + Math.floor(step / 10));
  const remoteAddress = '10.1.2.3';
  switch (step < 6 ? step : 6 + ((step - 6) % 10)) {
    case 0:
      return { type: 'AgentEnrolled', data: { agentId, instanceUid, enrolment: 'open', remoteAddress } };
    case 1:
    case 15:
      return {
        type: 'AgentConnected',
        data: { connectionId, transport: 'websocket', remoteAddress, edgeInstance: 'edge-1' },
      };
    case 2:
      return { type: 'AgentCapabilitiesReported', data: { capabilities: '14343' } };
    case 3:
    case 10:
      return description(agent, step);
    case 4:
    case 13:
      return {
        type: 'AgentEffectiveConfigReported',
        data: {
          digest: contentHash.slice(0, 22),
          files: [{ name: '', contentType: 'text/yaml', contentHash, sizeBytes }],
        },
      };
    case 11:
      return {
        type: 'AgentRemoteConfigOffered',
        data: { configHash: contentHash, configurationId, version: 1, connectionId },
      };
    case 12:
      return {
        type: 'AgentRemoteConfigStatusReported',
        data: { configHash: contentHash, status: 'applied', errorMessage: '' },
      };
    case 14:
      return { type: 'AgentDisconnected', data: { connectionId, reason: 'closed' } };
    default:
      return health(step);
  }
}

function description(agent: number, step: number): AgentEvent {
  const digest = createHash('sha256').update(`${agent} ${step}`).digest('base64url').slice(0, 22);
  return {
    type: 'AgentDescriptionReported',
    data: {
      digest,
      identifying: [
        { key: 'service.name', value: 'io.opentelemetry.collector' },
        { key: 'service.version', value: `0.${130 + (step % 7)}.0` },
        { key: 'service.instance.id', value: instanceUidOf(agent) },
      ],
      nonIdentifying: [
        { key: 'host.name', value: `edge-${agent}.plant-${agent % 40}.example.net` },
        { key: 'os.type', value: 'linux' },
        { key: 'host.arch', value: 'amd64' },
        { key: 'deployment.environment', value: agent % 5 === 0 ? 'staging' : 'production' },
      ],
    },
  };
}

function health(step: number): AgentEvent {
  const healthy = step % 2 === 1;
  const times = { startTimeUnixNano: '1760000000000000000', statusTimeUnixNano: '1760000100000000000' };
  const node = (ok: boolean) => ({
    healthy: ok,
    status: ok ? 'StatusOK' : 'StatusRecoverableError',
    lastError: ok ? '' : 'exporter otlp: connection refused',
    ...times,
  });
  return {
    type: 'AgentHealthReported',
    data: {
      digest: `health ${step % 4}`,
      health: {
        ...node(healthy),
        components: [
          { name: 'pipeline:traces', ...node(healthy), components: [] },
          { name: 'extensions', ...node(true), components: [] },
        ],
      },
      reports: 1,
    },
  };
}

/** What stands before the agents' lives: bodies, a published configuration, given to all. */
function prologue(): StreamAppend[] {
  const { contentHash, sizeBytes } = bodyOf(0);
  const append = (streamId: string, events: readonly AmporaEvent[]): StreamAppend => ({
    streamId,
    expectedRevision: 'no-stream',
    events: events.map(newEvent),
  });
  return [
    append(streamOf.tenant('default'), [
      { type: 'TenantCreated', data: { tenant: 'default', displayName: 'Default' } },
    ]),
    ...bodies.flatMap(({ appends }) => appends),
    append(streamOf.configuration(configurationId), [
      { type: 'ConfigurationCreated', data: { configurationId, name: 'gateway', description: '' } },
      {
        type: 'ConfigurationDraftCreated',
        data: { version: 1, contentHash, sizeBytes, basedOnVersion: null },
      },
      {
        type: 'ConfigurationVersionPublished',
        data: { version: 1, contentHash, sizeBytes, configHash: contentHash, notes: '' },
      },
    ]),
    append(streamOf.fleetAssignment('default'), [
      {
        type: 'FleetConfigurationAssigned',
        data: { configurationId, version: 1, contentHash, configHash: contentHash },
      },
    ]),
  ];
}

/**
 * Writes about `events` events of a fleet through the port, the agents' lives interleaved: as many agents as live fifty
 * events each, or `mostAgents` that live longer.
 */
export async function writeFleetHistory(
  log: EventLog,
  events: number,
  { mostAgents = Number.POSITIVE_INFINITY }: { readonly mostAgents?: number } = {},
): Promise<void> {
  await appendAll(log, prologue());
  const agents = Math.min(Math.ceil(events / EVENTS_PER_AGENT), mostAgents);
  for (let step = 0; step < events / agents; step++) {
    for (let first = 0; first < agents; first += AGENTS_PER_BATCH) {
      const count = Math.min(AGENTS_PER_BATCH, agents - first);
      const batch = Array.from({ length: count }, (_, index): StreamAppend => {
        const agent = first + index;
        return {
          streamId: streamOf.agent(agentIdOf('default', instanceUidOf(agent))),
          expectedRevision: step === 0 ? 'no-stream' : step - 1,
          events: [newEvent(eventOf(agent, step))],
        };
      });
      await appendAll(log, batch);
    }
  }
}

async function appendAll(log: EventLog, batch: readonly StreamAppend[]): Promise<void> {
  const refused = (await log.append(batch)).find(({ outcome }) => outcome !== 'appended');
  if (refused) throw new Error(`The history could not be written: ${refused.streamId} was refused`);
}
