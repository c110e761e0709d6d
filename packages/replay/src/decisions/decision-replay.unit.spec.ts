import { randomUUID } from 'node:crypto';
import { storeContent } from '@ampora/application';
import { type AmporaEvent, encodeEvent, streamOf } from '@ampora/catalogue';
import type { EventMetadata, RecordedEvent } from '@ampora/kernel';
import { expect } from 'chai';
import { DecisionReplay, type ReplayedStep } from './decision-replay.ts';

const agentId = randomUUID();
const connectionId = randomUUID();
const text = 'receivers: {nop: {}}\n';
const metadata: EventMetadata = {
  tenant: 'default',
  actor: 'spec',
  actorRole: 'System',
  correlationId: randomUUID(),
};
const { contentHash, appends } = storeContent(Buffer.from(text), metadata);
const good = { configurationId: randomUUID(), version: 1, contentHash, configHash: '1'.repeat(64) };
const next = { ...good, version: 2, configHash: '2'.repeat(64) };

type Fact = readonly [stream: string, event: AmporaEvent, afterMs?: number | undefined];

const ofAgent = (event: AmporaEvent, afterMs?: number): Fact => [streamOf.agent(agentId), event, afterMs];
const offered = (version: typeof good, afterMs?: number): Fact => {
  const { configHash, configurationId, version: number } = version;
  return ofAgent(
    {
      type: 'AgentRemoteConfigOffered',
      data: { configHash, configurationId, version: number, connectionId },
    },
    afterMs,
  );
};
const said = (version: typeof good, status: 'applied' | 'failed' | 'applying'): Fact =>
  ofAgent({
    type: 'AgentRemoteConfigStatusReported',
    data: { configHash: version.configHash, status, errorMessage: '' },
  });
const forAll = (version: typeof good): Fact => [
  streamOf.fleetAssignment('default'),
  { type: 'FleetConfigurationAssigned', data: version },
];
const health = (digest: string, healthy: boolean): Fact =>
  ofAgent({
    type: 'AgentHealthReported',
    data: {
      digest,
      reports: 1,
      health: {
        healthy,
        status: '',
        lastError: '',
        startTimeUnixNano: '0',
        statusTimeUnixNano: '0',
        components: [],
      },
    },
  });
const connected: Fact = ofAgent({
  type: 'AgentConnected',
  data: { connectionId, transport: 'websocket', remoteAddress: '127.0.0.1', edgeInstance: 'e' },
});
const runs: Fact = ofAgent({
  type: 'AgentEffectiveConfigReported',
  data: { digest: contentHash, files: [{ name: '', contentType: 'text/yaml', contentHash, sizeBytes: 21 }] },
});
const beginning: readonly Fact[] = [
  ...appends.map(({ streamId, events: [event] }): Fact => [
    streamId,
    { type: 'ContentStored', data: event!.data } as unknown as AmporaEvent,
  ]),
  ofAgent({
    type: 'AgentEnrolled',
    data: { agentId, instanceUid: randomUUID(), enrolment: 'open', remoteAddress: '127.0.0.1' },
  }),
  connected,
  ofAgent({ type: 'AgentCapabilitiesReported', data: { capabilities: String(0x1807) } }),
];

function replay(facts: readonly Fact[]): ReplayedStep[] {
  const decisions = new DecisionReplay();
  let recordedAtMs = 0;
  return facts.map(([streamId, event, afterMs = 10], index) => {
    recordedAtMs += afterMs;
    const recorded: RecordedEvent = {
      id: randomUUID(),
      ...encodeEvent(event),
      metadata,
      streamId,
      revision: index,
      position: BigInt(index + 1),
      recordedAtMs,
    };
    return decisions.take(recorded);
  });
}

const last = (facts: readonly Fact[]): ReplayedStep => replay([...beginning, ...facts]).at(-1)!;

describe('decisions made again', () => {
  it('are those of the log when the log is ours', () => {
    const steps = replay([
      ...beginning,
      health('well', true),
      forAll(good),
      offered(good),
      said(good, 'applying'),
      said(good, 'applied'),
      runs,
      forAll(next),
      offered(next),
      said(next, 'failed'),
      health('ill', false),
    ]);
    expect(steps.filter(({ verdict }) => verdict === 'different')).to.deep.equal([]);
    expect(steps.filter(({ verdict }) => verdict === 'identical')).to.have.length(
      steps.length - appends.length,
    );
  });

  it('follow an agent through its groups: what they run, and what is left when one is deleted', () => {
    const [first, second] = [randomUUID(), randomUUID()];
    const ofGroup = (event: Extract<AmporaEvent, { data: { groupId: string } }>): Fact => [
      streamOf.group(event.data.groupId),
      event,
    ];
    const created = (groupId: string) =>
      ofGroup({
        type: 'GroupCreated',
        data: {
          groupId,
          name: groupId,
          description: '',
          priority: 0,
          autoApply: true,
          mode: 'static',
          selector: null,
        },
      });
    const joins = (groupId: string, previousGroupId: string | null): Fact => [
      streamOf.assignment(agentId),
      { type: 'AgentJoinedGroup', data: { agentId, groupId, previousGroupId, reason: 'manual' } },
    ];
    const assigned = (groupId: string, version: typeof good) =>
      ofGroup({ type: 'GroupConfigurationAssigned', data: { groupId, ...version } });
    const deleted = ofGroup({ type: 'GroupDeleted', data: { groupId: second } });
    const labels: Fact = [
      streamOf.assignment(agentId),
      { type: 'AgentLabelsChanged', data: { agentId, set: { ring: 'canary' }, removed: [] } },
    ];
    const story: Fact[] = [
      created(first),
      created(second),
      joins(first, null),
      labels,
      assigned(first, good),
      offered(good),
      said(good, 'applied'),
      assigned(second, next),
      joins(second, first),
      offered(next),
      said(next, 'applied'),
      assigned(first, next),
    ];
    const steps = replay([...beginning, ...story]);
    expect(steps.filter(({ verdict }) => verdict === 'different')).to.deep.equal([]);
    expect(steps.at(beginning.length + 4)?.fleet).to.deep.equal({ changed: 1, due: 1 });
    expect(steps.at(-1)?.fleet).to.deep.equal({ changed: 0, due: 0 });
    expect(last([...story, deleted]).fleet).to.deep.equal({ changed: 1, due: 0 });
    const restored = ofGroup({ type: 'GroupRestored', data: { groupId: second, name: second } });
    expect(last([...story, deleted, restored, health('well', true)]).agent?.wanted).to.equal(null);
    const again = last([...story, deleted, restored, joins(second, null)]);
    expect([again.verdict, again.agent?.wanted?.version]).to.deep.equal(['identical', 2]);
    expect(last([...story, joins(second, first)]).difference).to.match(/nothing is to be stated/);
  });

  it('tell of each agent what is due, and how it stands to what it should run', () => {
    const offerAfter = (...facts: Fact[]) => last(facts).agent?.offer;
    expect(last([forAll(good)]).fleet).to.deep.equal({ changed: 1, due: 1 });
    expect(offerAfter(forAll(good), health('well', true))).to.equal('due');
    expect(offerAfter(forAll(good), offered(good))).to.equal('offered, not answered');
    expect(offerAfter(forAll(good), offered(good), said(good, 'applied'))).to.equal('has it');
    expect(offerAfter(forAll(good), offered(good), said(good, 'failed'))).to.equal('refused it');
    expect(offerAfter(forAll(good), offered(good), said(good, 'applied'), said(next, 'applied'))).to.equal(
      'offered, not answered',
    );
    expect(
      offerAfter(forAll(good), offered(good), said(good, 'applied'), said(next, 'applied'), connected),
    ).to.equal('went back by itself');
    const inSync = last([forAll(good), offered(good), said(good, 'applied'), runs, health('well', true)]);
    expect(inSync.agent?.drift.state).to.equal('in-sync');
    const ill = last([forAll(good), offered(good), said(good, 'applied'), runs, health('ill', false)]);
    expect(ill.agent?.drift.state).to.equal('unhealthy');
  });

  for (const [what, facts, difference] of [
    ['an offer of what nobody wanted', [offered(good)], 'nothing is wanted'],
    [
      'an offer of what was wanted long ago',
      [forAll(good), forAll(next), offered(good, 60_000)],
      'version 2 is wanted',
    ],
    [
      'an offer of what the agent refused',
      [forAll(good), offered(good), said(good, 'failed'), offered(good)],
      'no offer is due: refused it',
    ],
    [
      'a state of health that was known',
      [health('well', true), health('well', true)],
      'nothing is to be stated',
    ],
    ['the same assignment twice', [forAll(good), forAll(good)], 'nothing is to be stated'],
    [
      'a version that was never a draft',
      [
        [
          streamOf.configuration(good.configurationId),
          {
            type: 'ConfigurationCreated',
            data: { configurationId: good.configurationId, name: 'c', description: '' },
          },
        ],
        [
          streamOf.configuration(good.configurationId),
          { type: 'ConfigurationVersionArchived', data: { version: 7 } },
        ],
      ],
      'it is refused',
    ],
  ] as [string, Fact[], string][])
    it(`differ from a log with ${what}`, () => {
      const step = last(facts);
      expect(step.verdict).to.equal('different');
      expect(step.difference).to.contain(difference);
    });

  it('forgive an offer that was on its way when something else was wanted, and one repeated to a silent agent', () => {
    expect(last([forAll(good), forAll(next), offered(good)]).verdict).to.equal('identical');
    expect(last([forAll(good), offered(good), offered(good)]).verdict).to.equal('identical');
  });

  it('find a body that is not what its hash says', () => {
    const { data } = appends[0]!.events[0]!;
    const forged = {
      type: 'ContentStored',
      data: { ...data, contentHash: 'f'.repeat(64) },
    } as unknown as AmporaEvent;
    expect(last([[streamOf.content('f'.repeat(64)), forged]])).to.deep.include({ verdict: 'different' });
  });
});
