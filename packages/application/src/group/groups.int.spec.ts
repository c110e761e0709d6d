import { randomUUID } from 'node:crypto';
import { type AmporaEvent, streamOf } from '@ampora/catalogue';
import { assignmentDecider } from '@ampora/domain';
import { createPostgresEventLog, migratePostgresEventLog } from '@ampora/event-store';
import { fold, isRejection } from '@ampora/kernel';
import { throwAwayPostgres, type ThrowAwayDatabase } from '@ampora/testkit/postgres';
import { expect } from 'chai';
import { typedEvents } from '../event-writing/read-typed.ts';
import { stampEvents, uuidFrom } from '../event-writing/stamp-events.ts';
import type { EventLog } from '../ports/event-log.ts';
import { createDepartures } from './departures.ts';
import { createGroupCommands } from './group-commands.ts';
import { createMembershipCommands } from './membership-commands.ts';

const metadata = {
  tenant: 'default',
  actor: 'spec',
  actorRole: 'Operator' as const,
  correlationId: uuidFrom('correlation'),
};
const context = (commandId: string = randomUUID()) => ({ commandId, metadata });

async function codeOf(doing: Promise<unknown>): Promise<string> {
  try {
    await doing;
    return 'done';
  } catch (error) {
    if (isRejection(error)) return error.code;
    throw error;
  }
}

describe('groups on a real log', function () {
  this.timeout(60_000);
  let database: ThrowAwayDatabase;
  let log: EventLog;
  let agents: string[];
  let clockMs = 0;
  before(async () => {
    database = await (await throwAwayPostgres()).createDatabase();
    await migratePostgresEventLog(database);
    log = createPostgresEventLog(database);
    agents = Array.from({ length: 50 }, (_, index) => uuidFrom(`agent ${index}`));
    await log.append(
      agents.map((agentId) => ({
        streamId: streamOf.agent(agentId),
        expectedRevision: 'no-stream',
        events: stampEvents(
          [
            {
              type: 'AgentEnrolled',
              data: { agentId, instanceUid: agentId, enrolment: 'open', remoteAddress: '127.0.0.1' },
            },
          ],
          metadata,
        ),
      })),
    );
  });
  after(async () => {
    await log.close();
    await database.drop();
  });

  const groups = (on: EventLog = log) => createGroupCommands({ log: on, nowMs: () => Date.now() + clockMs });
  const memberships = (on: EventLog = log) => createMembershipCommands({ log: on });
  const create = async (name: string, commandId?: string) => {
    const details = {
      name,
      description: '',
      priority: 0,
      autoApply: true,
      mode: 'static',
      selector: null,
    } as const;
    return (await groups().create(details, context(commandId))).groupId;
  };
  const eventsOf = async (agentId: string) =>
    typedEvents<Extract<AmporaEvent, { data: { agentId: string } }>>(
      await log.readStream(streamOf.assignment(agentId)),
    );
  const groupOf = async (agentId: string) =>
    fold(assignmentDecider, (await eventsOf(agentId)) as never[]).groupId;
  /** A log in which something happens right before some append, once. */
  const interrupted = (isIt: (streamId: string) => boolean, meanwhile: () => Promise<unknown>): EventLog => {
    let done = false;
    return {
      ...log,
      readStream: log.readStream.bind(log),
      readStreams: log.readStreams.bind(log),
      async append(batch) {
        if (!done && batch.some(({ streamId }) => isIt(streamId))) {
          done = true;
          await meanwhile();
        }
        return log.append(batch);
      },
    } as EventLog;
  };

  it('two who move an agent at once both get an honest answer, and it ends in one group', async () => {
    const [left, right] = [await create('left'), await create('right')];
    const [agentId] = agents as [string];
    const placed = await memberships(
      interrupted(
        (streamId) => streamId === streamOf.assignment(agentId),
        () => memberships().join({ groupId: right, agentIds: [agentId], reason: 'manual' }, context()),
      ),
    ).join({ groupId: left, agentIds: agents.slice(0, 3), reason: 'manual' }, context());
    expect([...placed.changed].toSorted()).to.deep.equal(agents.slice(0, 3).toSorted());
    expect(await groupOf(agentId)).to.equal(left);
    const moves = (await eventsOf(agentId)).map(({ data }) => data);
    expect(moves).to.deep.equal([
      { agentId, groupId: right, previousGroupId: null, reason: 'manual' },
      { agentId, groupId: left, previousGroupId: right, reason: 'manual' },
    ]);
  });

  it('many movers at once leave every agent in one of their groups, by a chain of moves without a gap', async () => {
    const targets = await Promise.all(['a', 'b', 'c', 'd'].map((name) => create(`storm ${name}`)));
    const answers = await Promise.all(
      targets.map((groupId) =>
        memberships().join({ groupId, agentIds: agents.slice(10), reason: 'bulk' }, context()),
      ),
    );
    const contended = new Set(answers.flatMap((answer) => answer.contended));
    for (const agentId of agents.slice(10)) {
      const moves = (await eventsOf(agentId)).filter((event) => event.type === 'AgentJoinedGroup');
      moves.reduce<string | null>((before, { data }) => {
        expect(data.previousGroupId).to.equal(before);
        return data.groupId;
      }, null);
      const claims = answers.filter(({ changed }) => changed.includes(agentId)).length;
      expect(moves).to.have.length(claims);
      expect(claims + answers.filter((answer) => answer.contended.includes(agentId)).length).to.equal(4);
      if (!contended.has(agentId)) expect(moves).to.have.length(4);
    }
  });

  it('the same request again moves nobody again', async () => {
    const [first, second] = [await create('again'), await create('elsewhere')];
    const join = { groupId: first, agentIds: agents.slice(4, 8), reason: 'manual' } as const;
    const commandId = randomUUID();
    const { position } = await memberships().join(join, context(commandId));
    await memberships().join({ ...join, groupId: second }, context());
    const again = await memberships().join(join, context(commandId));
    expect(again.changed).to.have.length(4);
    expect(again.position >= position).to.equal(true);
    for (const agentId of join.agentIds) expect(await groupOf(agentId)).to.equal(second);
  });

  it('nobody has moved when one of them does not exist', async () => {
    const groupId = await create('whole or not');
    const join = (agentIds: string[]) =>
      memberships().join({ groupId, agentIds, reason: 'manual' }, context());
    expect(await codeOf(join([agents[8] ?? '', randomUUID()]))).to.equal('agent/not-found');
    expect(await groupOf(agents[8] ?? '')).to.equal(null);
  });

  it('of two who take a name at once one has it', async () => {
    const codes = await Promise.all(['Wanted', 'wanted', 'WANTED'].map((name) => codeOf(create(name))));
    expect(codes.toSorted()).to.deep.equal(['done', 'group/name-taken', 'group/name-taken']);
  });

  it('a repeated request to create makes one group', async () => {
    const commandId = randomUUID();
    expect(await create('once', commandId)).to.equal(await create('once', commandId));
  });

  it('a name that was taken for what never came about is free after a minute', async () => {
    const broken = interrupted(
      (streamId) => streamId.startsWith('group-') && !streamId.startsWith('group-name-'),
      () => Promise.reject(new Error('the process ended here')),
    );
    const details = {
      name: 'orphaned',
      description: '',
      priority: 0,
      autoApply: true,
      mode: 'static',
      selector: null,
    } as const;
    const failed = await groups(broken)
      .create(details, context())
      .catch((error: unknown) => String(error));
    expect(failed).to.contain('the process ended here');
    expect(await codeOf(create('orphaned'))).to.equal('group/name-taken');
    clockMs = 61_000;
    expect(await codeOf(create('orphaned'))).to.equal('done');
    expect(await codeOf(create('orphaned'))).to.equal('group/name-taken');
    clockMs = 0;
  });

  it('tells that each member of a deleted group has left, once, for the sake of the deletion, and whoever moved on stays there', async () => {
    const [groupId, other] = [await create('doomed'), await create('refuge')];
    const [stays, moves] = [agents[8] ?? '', agents[9] ?? ''];
    await memberships().join({ groupId, agentIds: [stays, moves], reason: 'manual' }, context());
    await groups().remove({ groupId, revision: 1 }, context());
    await memberships().join({ groupId: other, agentIds: [moves], reason: 'manual' }, context());
    let isListed = true;
    const departures = createDepartures({
      log,
      tenant: 'default',
      listLeaving: () =>
        Promise.resolve(isListed ? [stays, moves].map((agentId) => ({ agentId, groupId })) : []),
    });
    expect(await departures.run()).to.equal(1);
    expect(await departures.run()).to.equal(0);
    isListed = false;
    expect(await departures.run()).to.equal(0);
    expect(await groupOf(stays)).to.equal(null);
    expect(await groupOf(moves)).to.equal(other);
    const [deleted] = (await log.readStream(streamOf.group(groupId))).filter(
      ({ type }) => type === 'GroupDeleted',
    );
    const gone = (await log.readStream(streamOf.assignment(stays))).at(-1);
    expect(gone?.metadata.causationId).to.equal(deleted?.id);
    expect(gone?.data['reason']).to.equal('group-deleted');
  });

  it('a group deleted while somebody joins it takes nobody in for good: being in it counts for nothing', async () => {
    const groupId = await create('deleted meanwhile');
    const agentId = agents[3] ?? '';
    const late = memberships(
      interrupted(
        (streamId) => streamId === streamOf.assignment(agentId),
        () => groups().remove({ groupId, revision: 1 }, context()),
      ),
    );
    await late.join({ groupId, agentIds: [agentId], reason: 'manual' }, context());
    await groups().restore({ groupId }, context());
    const again = await memberships().join({ groupId, agentIds: [agentId], reason: 'manual' }, context());
    expect(again.changed).to.deep.equal([agentId]);
  });
});
