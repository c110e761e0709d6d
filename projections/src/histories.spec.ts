import { createHash } from 'node:crypto';
import { type AmporaEvent, streamOf } from '@ampora/catalogue';
import fc from 'fast-check';
import { bodyFact, type Fact } from './harness.spec.ts';

/** A UUID from a few words: the same words, the same id. */
export function uuidOf(...words: (string | number)[]): string {
  const hex = createHash('sha256').update(words.join(':')).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const wantedText = 'receivers: {otlp: {protocols: {grpc: {endpoint: "0.0.0.0:4317"}}}}\n';
export const bodies = [
  bodyFact(wantedText),
  bodyFact(`${wantedText}extensions: {opamp: {}}\n`),
  bodyFact('receivers: {nop: {}}\n'),
  bodyFact('receivers: [: broken\n'),
];

function bodyHash(index: number): string {
  return bodies[index % bodies.length]!.contentHash;
}

function health(healthy: boolean, lastError: string) {
  return {
    healthy,
    status: healthy ? 'StatusOK' : 'StatusPermanentError',
    lastError,
    startTimeUnixNano: '1',
    statusTimeUnixNano: '0',
    components: [],
  };
}

function version(configuration: number, number: number, body: number) {
  return {
    configurationId: uuidOf('configuration', configuration),
    version: number,
    contentHash: bodyHash(body),
    configHash: createHash('sha256').update(`${configuration}:${number}`).digest('hex'),
  };
}

const agents = 4;
const anAgent = fc.nat(agents - 1);
const groups = 2;
const aGroup = fc.nat(groups - 1);
const groupIdOf = (group: number) => uuidOf('group', group);

function ofGroup(group: number, event: AmporaEvent): Fact {
  return { stream: streamOf.group(groupIdOf(group)), event };
}

function decidedOf(agent: number, event: AmporaEvent): Fact {
  return { stream: streamOf.assignment(uuidOf('agent', agent)), event };
}

const aVersion = fc.tuple(fc.nat(1), fc.integer({ min: 1, max: 2 }), fc.nat(3));

function ofAgent(agent: number, event: AmporaEvent): Fact {
  return { stream: streamOf.agent(uuidOf('agent', agent)), event };
}

/** One thing that may happen, in any order: the projections must take histories that deciders would not write. */
const aFact: fc.Arbitrary<Fact> = fc.oneof(
  anAgent.map((agent) =>
    ofAgent(agent, {
      type: 'AgentEnrolled',
      data: {
        agentId: uuidOf('agent', agent),
        instanceUid: uuidOf('uid', agent),
        enrolment: 'open',
        remoteAddress: '127.0.0.1',
      },
    }),
  ),
  fc.tuple(anAgent, fc.constantFrom('websocket' as const, 'http' as const)).map(([agent, transport]) =>
    ofAgent(agent, {
      type: 'AgentConnected',
      data: { connectionId: uuidOf('c', agent), transport, remoteAddress: '127.0.0.1', edgeInstance: 'e' },
    }),
  ),
  anAgent.map((agent) =>
    ofAgent(agent, {
      type: 'AgentDisconnected',
      data: { connectionId: uuidOf('c', agent), reason: 'closed' },
    }),
  ),
  fc.tuple(anAgent, fc.boolean(), fc.boolean()).map(([agent, connected, settled]) =>
    ofAgent(agent, {
      type: 'AgentConnectionFlapping',
      data: { connected, settled, connectionId: uuidOf('c', agent), sinceMs: 1, untilMs: 2, changes: 3 },
    }),
  ),
  fc
    .tuple(anAgent, fc.constantFrom(0x1807, 0x4805, 0x0001))
    .map(([agent, mask]) =>
      ofAgent(agent, { type: 'AgentCapabilitiesReported', data: { capabilities: String(mask) } }),
    ),
  fc.tuple(anAgent, fc.string({ unit: 'binary', maxLength: 6 }), fc.nat(2)).map(([agent, host, build]) =>
    ofAgent(agent, {
      type: 'AgentDescriptionReported',
      data: {
        digest: host,
        identifying: [
          { key: 'service.name', value: 'otelcol' },
          { key: 'service.version', value: `0.${build}.0` },
        ],
        nonIdentifying: [{ key: 'host.name', value: host }],
      },
    }),
  ),
  fc
    .tuple(anAgent, fc.boolean(), fc.constantFrom('', 'no route\0', 'half \ud800'))
    .map(([agent, ok, error]) =>
      ofAgent(agent, {
        type: 'AgentHealthReported',
        data: { digest: `${ok}${error.length}`, health: health(ok, error), reports: 1 },
      }),
    ),
  fc.tuple(anAgent, fc.boolean(), fc.boolean()).map(([agent, ok, settled]) =>
    ofAgent(agent, {
      type: 'AgentHealthFlapping',
      data: { digest: 'f', health: health(ok, ''), sinceMs: 1, untilMs: 2, changes: 4, settled },
    }),
  ),
  fc.tuple(anAgent, fc.nat(3)).map(([agent, body]) =>
    ofAgent(agent, {
      type: 'AgentEffectiveConfigReported',
      data: {
        digest: bodyHash(body),
        files: [{ name: '', contentType: 'text/yaml', contentHash: bodyHash(body), sizeBytes: 1 }],
      },
    }),
  ),
  fc
    .tuple(
      anAgent,
      aVersion,
      fc.constantFrom('unset' as const, 'applied' as const, 'applying' as const, 'failed' as const),
    )
    .map(([agent, [configuration, number], status]) =>
      ofAgent(agent, {
        type: 'AgentRemoteConfigStatusReported',
        data: { configHash: version(configuration, number, 0).configHash, status, errorMessage: '' },
      }),
    ),
  fc.tuple(anAgent, aVersion).map(([agent, [configuration, number, body]]) => ({
    stream: streamOf.assignment(uuidOf('agent', agent)),
    event: {
      type: 'AgentConfigurationAssigned' as const,
      data: { agentId: uuidOf('agent', agent), ...version(configuration, number, body) },
    },
  })),
  anAgent.map((agent) => ({
    stream: streamOf.assignment(uuidOf('agent', agent)),
    event: { type: 'AgentConfigurationUnassigned' as const, data: { agentId: uuidOf('agent', agent) } },
  })),
  aVersion.map(([configuration, number, body]) => ({
    stream: streamOf.fleetAssignment('default'),
    event: { type: 'FleetConfigurationAssigned' as const, data: version(configuration, number, body) },
  })),
  fc.constant({
    stream: streamOf.fleetAssignment('default'),
    event: { type: 'FleetConfigurationUnassigned' as const, data: {} },
  }),
  fc
    .tuple(
      anAgent,
      aGroup,
      fc.option(aGroup),
      fc.constantFrom('manual' as const, 'bulk' as const, 'selector' as const),
    )
    .map(([agent, group, previous, reason]) =>
      decidedOf(agent, {
        type: 'AgentJoinedGroup',
        data: {
          agentId: uuidOf('agent', agent),
          groupId: groupIdOf(group),
          previousGroupId: previous === null ? null : groupIdOf(previous),
          reason,
        },
      }),
    ),
  fc
    .tuple(anAgent, aGroup, fc.constantFrom('manual' as const, 'group-deleted' as const))
    .map(([agent, group, reason]) =>
      decidedOf(agent, {
        type: 'AgentLeftGroup',
        data: { agentId: uuidOf('agent', agent), groupId: groupIdOf(group), reason },
      }),
    ),
  fc
    .tuple(anAgent, fc.constantFrom('team', 'host.name', '__proto__'), fc.constantFrom('a', 'b', null))
    .map(([agent, key, value]) =>
      decidedOf(agent, {
        type: 'AgentLabelsChanged',
        data: {
          agentId: uuidOf('agent', agent),
          set: value === null ? {} : { [key]: value },
          removed: value === null ? [key] : [],
        },
      }),
    ),
  fc
    .tuple(aGroup, fc.boolean(), fc.constantFrom('GroupCreated', 'GroupDetailsChanged'))
    .map(([group, autoApply, type]) =>
      ofGroup(group, {
        type,
        data: {
          groupId: groupIdOf(group),
          name: `g${group}`,
          description: '',
          priority: 0,
          autoApply,
          ...(type === 'GroupCreated' ? { mode: 'static', selector: null } : {}),
        },
      } as AmporaEvent),
    ),
  fc.tuple(aGroup, aVersion).map(([group, [configuration, number, body]]) =>
    ofGroup(group, {
      type: 'GroupConfigurationAssigned',
      data: { groupId: groupIdOf(group), ...version(configuration, number, body) },
    }),
  ),
  fc
    .tuple(
      aGroup,
      fc.constantFrom(
        'GroupConfigurationUnassigned',
        'GroupDeleted',
        'GroupRestored',
        'GroupSelectorChanged',
      ),
    )
    .map(([group, type]) =>
      ofGroup(group, {
        type,
        data: {
          groupId: groupIdOf(group),
          ...(type === 'GroupRestored' ? { name: `r${group}` } : {}),
          ...(type === 'GroupSelectorChanged' ? { mode: 'dynamic', selector: 'true' } : {}),
        },
      } as AmporaEvent),
    ),
  fc.nat(1).map((configuration) => ({
    stream: streamOf.configuration(uuidOf('configuration', configuration)),
    event: {
      type: 'ConfigurationCreated' as const,
      data: {
        configurationId: uuidOf('configuration', configuration),
        name: `c${configuration}`,
        description: '',
      },
    },
  })),
  fc
    .tuple(
      fc.nat(1),
      fc.integer({ min: 1, max: 2 }),
      fc.constantFrom(
        'ConfigurationDraftCreated',
        'ConfigurationDraftEdited',
        'ConfigurationVersionPublished',
        'ConfigurationDraftDiscarded',
        'ConfigurationVersionArchived',
        'ConfigurationVersionUnarchived',
        'ConfigurationVersionDeleted',
        'ConfigurationTagSet',
        'ConfigurationTagRemoved',
        'ConfigurationDeleted',
      ),
    )
    .map(([configuration, number, type]) => ({
      stream: streamOf.configuration(uuidOf('configuration', configuration)),
      event: {
        type,
        data: {
          version: number,
          contentHash: bodyHash(0),
          sizeBytes: 1,
          basedOnVersion: null,
          rowVersion: 2,
          configHash: version(configuration, number, 0).configHash,
          notes: '',
          tag: 'golden',
          previousVersion: null,
          configurationId: uuidOf('configuration', configuration),
          name: `c${configuration}`,
          source: 'cli',
          semanticHash: bodyHash(1),
        },
      } as AmporaEvent,
    })),
);

export const aHistory: fc.Arbitrary<readonly Fact[]> = fc.array(aFact, { minLength: 1, maxLength: 80 });
