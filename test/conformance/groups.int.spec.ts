import { randomUUID } from 'node:crypto';
import { agentIdOf, createGroupCommands, createMembershipCommands, stampEvents } from '@ampora/application';
import { type AmporaEvent, streamOf } from '@ampora/catalogue';
import { instanceUidToText, RemoteConfigStatuses } from '@ampora/opamp-protocol';
import { expect } from 'chai';
import { type EdgeUnderTest, startEdge } from './edge-under-test.ts';
import { fullState, RawAgent } from './raw-agent.ts';

const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex');
const yaml = (name: string) => `receivers:\n  ${name}: {}\n`;
const metadata = {
  tenant: 'default',
  actor: 'spec',
  actorRole: 'Operator' as const,
  correlationId: randomUUID(),
};
const applied = (hash: string) => ({
  remoteConfigStatus: {
    lastRemoteConfigHash: Buffer.from(hash, 'hex'),
    status: RemoteConfigStatuses.APPLIED,
    errorMessage: '',
  },
});

describe('OpAMP conformance: groups', () => {
  let under: EdgeUnderTest;
  before(async () => {
    under = await startEdge();
  });
  after(() => under.stop());

  const context = () => ({ commandId: randomUUID(), metadata });
  const groups = () => createGroupCommands({ log: under.log });
  const memberships = () => createMembershipCommands({ log: under.log });
  const idOf = ({ uid }: RawAgent) => agentIdOf('default', instanceUidToText(uid));
  const group = async (name: string, autoApply = true) => {
    const details = {
      name,
      description: '',
      priority: 0,
      autoApply,
      mode: 'static',
      selector: null,
    } as const;
    return (await groups().create(details, context())).groupId;
  };
  const join = (groupId: string, ...agents: RawAgent[]) =>
    memberships().join({ groupId, agentIds: agents.map(idOf), reason: 'manual' }, context());
  const agent = async () => {
    const one = await RawAgent.connect(under.url);
    await one.ask(fullState());
    await under.untilEvent(one.uid, 'AgentEnrolled');
    return one;
  };
  const offeredHash = async (one: RawAgent) => hex((await one.next()).remoteConfig?.configHash);
  const apply = (one: RawAgent, hash: string) => one.ask(applied(hash));
  /** Nothing was sent unasked, and nothing comes with an answer. */
  const isLeftAlone = async (one: RawAgent) => {
    await under.caughtUp();
    const unread = one.unread.filter((message) => message.remoteConfig);
    const answer = await one.ask();
    expect([...unread, answer].filter((message) => message.remoteConfig)).to.have.length(0);
  };

  it('a joining agent is offered what its group runs, for the sake of its joining; nobody else is', async () => {
    const [member, other] = [await agent(), await agent()];
    const groupId = await group('join');
    const hash = await under.assignGroup(groupId, yaml('join'));
    await join(groupId, member);
    expect(await offeredHash(member)).to.equal(hash);
    await apply(member, hash);
    await isLeftAlone(other);
    await under.untilEvent(member.uid, 'AgentRemoteConfigOffered');
    const [own, [joined]] = await Promise.all([
      under.log.readStream(streamOf.agent(idOf(member))),
      under.log.readStream(streamOf.assignment(idOf(member))),
    ]);
    const offer = own.find(({ type }) => type === 'AgentRemoteConfigOffered');
    expect(offer?.metadata.causationId).to.equal(joined?.id);
    await Promise.all([member.leave(), other.leave()]);
  });

  it('what a group is assigned goes to its members, for the sake of the assignment, and never twice', async () => {
    const [one, two, outside] = [await agent(), await agent(), await agent()];
    const groupId = await group('assigned later');
    await join(groupId, one, two);
    const hash = await under.assignGroup(groupId, yaml('later'));
    for (const member of [one, two]) {
      expect(await offeredHash(member)).to.equal(hash);
      await apply(member, hash);
    }
    expect(await under.assignGroup(groupId, yaml('later'))).to.equal(hash);
    for (const each of [one, two, outside]) await isLeftAlone(each);
    const stored = await under.log.readStream(streamOf.group(groupId));
    const assigned = stored.find(({ type }) => type === 'GroupConfigurationAssigned');
    const offers = (await under.log.readStream(streamOf.agent(idOf(one)))).filter(
      ({ type }) => type === 'AgentRemoteConfigOffered',
    );
    expect(offers.map((offer) => offer.metadata.causationId)).to.deep.equal([assigned?.id]);
    await Promise.all([one.leave(), two.leave(), outside.leave()]);
  });

  it('a moved agent is offered what its new group runs, and nothing when that is the same', async () => {
    const one = await agent();
    const [first, second, third] = [await group('first'), await group('second'), await group('third')];
    const hash = await under.assignGroup(first, yaml('first'));
    const other = await under.assignGroup(second, yaml('second'));
    await under.assignGroup(third, yaml('second'));
    await join(first, one);
    expect(await offeredHash(one)).to.equal(hash);
    await apply(one, hash);
    await join(second, one);
    expect(await offeredHash(one)).to.equal(other);
    await apply(one, other);
    await join(third, one);
    await isLeftAlone(one);
    // What the group that it has left is assigned is none of its business.
    await under.assignGroup(first, yaml('first again'));
    await isLeftAlone(one);
    await one.leave();
  });

  it('its own assignment wins, and its group’s applies when that is taken back', async () => {
    const one = await agent();
    const own = await under.assign(one.uid, yaml('own'));
    expect(await offeredHash(one)).to.equal(own);
    await apply(one, own);
    const groupId = await group('under own');
    const hash = await under.assignGroup(groupId, yaml('of the group'));
    await join(groupId, one);
    await isLeftAlone(one);
    const unassigned: AmporaEvent = { type: 'AgentConfigurationUnassigned', data: { agentId: idOf(one) } };
    await under.log.append([
      {
        streamId: streamOf.assignment(idOf(one)),
        expectedRevision: 'any',
        events: stampEvents([unassigned], metadata),
      },
    ]);
    expect(await offeredHash(one)).to.equal(hash);
    await one.leave();
  });

  it('labels are nobody’s reason to send anything', async () => {
    const one = await agent();
    const groupId = await group('labels');
    const hash = await under.assignGroup(groupId, yaml('labels'));
    await join(groupId, one);
    expect(await offeredHash(one)).to.equal(hash);
    await apply(one, hash);
    await memberships().setLabels({ agentId: idOf(one), labels: { ring: 'canary' } }, context());
    await isLeftAlone(one);
    await one.leave();
  });

  it('a group that does not apply by itself sends nothing until it does', async () => {
    const one = await agent();
    const groupId = await group('by hand', false);
    const hash = await under.assignGroup(groupId, yaml('by hand'));
    await join(groupId, one);
    await isLeftAlone(one);
    await groups().edit({ groupId, revision: 1, changes: { autoApply: true } }, context());
    expect(await offeredHash(one)).to.equal(hash);
    await one.leave();
  });

  it('an agent that comes back is answered with what its group runs by now, also by an edge that has just started', async () => {
    const one = await agent();
    const groupId = await group('comes back');
    await join(groupId, one);
    await one.leave();
    const hash = await under.assignGroup(groupId, yaml('while away'));
    await under.caughtUp();
    const again = await RawAgent.connect(under.url, { uid: one.uid });
    const answer = await again.ask(fullState('collector', applied('11'.repeat(32))));
    expect(hex(answer.remoteConfig?.configHash)).to.equal(hash);
    await again.leave();
    const next = await under.restart('abrupt');
    const third = await RawAgent.connect(next.url, { uid: one.uid });
    await third.ask(fullState('collector', applied('11'.repeat(32))));
    const newest = await under.assignGroup(groupId, yaml('from the new edge'));
    let pushed = await third.next();
    if (hex(pushed.remoteConfig?.configHash) === hash) pushed = await third.next();
    expect(hex(pushed.remoteConfig?.configHash)).to.equal(newest);
    await third.leave();
    await next.edge.stop();
  });

  it('members of a deleted group fall back to what all run, and restoring it puts nobody back', async () => {
    const one = await agent();
    const groupId = await group('deleted');
    const hash = await under.assignGroup(groupId, yaml('before'));
    await join(groupId, one);
    expect(await offeredHash(one)).to.equal(hash);
    await apply(one, hash);
    const ofAll = await under.assignFleet(yaml('of all'));
    await isLeftAlone(one);
    await groups().remove({ groupId, revision: undefined }, context());
    expect(await offeredHash(one)).to.equal(ofAll);
    await apply(one, ofAll);
    await groups().restore({ groupId }, context());
    await isLeftAlone(one);
    // Its leaving was never told: joining again counts all the same.
    expect(await join(groupId, one)).to.deep.include({ changed: [idOf(one)] });
    expect(await offeredHash(one)).to.equal(hash);
    await one.leave();
  });
});
