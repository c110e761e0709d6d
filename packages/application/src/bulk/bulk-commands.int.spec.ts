import { randomUUID } from 'node:crypto';
import { type AssignmentEvent, streamOf } from '@ampora/catalogue';
import { assignmentDecider } from '@ampora/domain';
import { createPostgresEventLog, migratePostgresEventLog } from '@ampora/event-store';
import { fold, isRejection } from '@ampora/kernel';
import { throwAwayPostgres, type ThrowAwayDatabase } from '@ampora/testkit/postgres';
import { expect } from 'chai';
import type { CommandContext } from '../configuration/command-context.ts';
import { createConfigurationCommands } from '../configuration/configuration-commands.ts';
import { createContentReader } from '../content/read-content.ts';
import { typedEvents } from '../event-writing/read-typed.ts';
import { stampEvents } from '../event-writing/stamp-events.ts';
import type { EventLog } from '../ports/event-log.ts';
import { createBulkCommands, finishBulkAction } from './bulk-commands.ts';

const context = (commandId: string = randomUUID()): CommandContext => ({
  commandId,
  metadata: { tenant: 'default', actor: 'spec', actorRole: 'Operator', correlationId: randomUUID() },
});

describe('a bulk assignment of a version that is deleted meanwhile', function () {
  this.timeout(60_000);
  let database: ThrowAwayDatabase;
  let log: EventLog;
  before(async () => {
    database = await (await throwAwayPostgres()).createDatabase();
    await migratePostgresEventLog(database);
    log = createPostgresEventLog(database);
  });
  after(async () => {
    await log.close();
    await database.drop();
  });

  const configurations = () =>
    createConfigurationCommands({
      log,
      content: createContentReader(log),
      check: () => ({ blocking: false, findings: [] }),
      // What the read models know is never as new as the log.
      usersOf: async () => ({ count: 0, users: [] }),
    });
  const codeOf = (attempt: Promise<unknown>): Promise<string> =>
    attempt.then(
      () => 'done',
      (error: unknown) => {
        if (isRejection(error)) return error.code;
        throw error;
      },
    );

  async function published(): Promise<string> {
    const name = randomUUID();
    const { configurationId } = await configurations().create(
      { name, description: '', body: name },
      context(),
    );
    await configurations().publish({ configurationId, version: 1, rowVersion: 1, notes: '' }, context());
    return configurationId;
  }

  async function enrolled(count: number): Promise<string[]> {
    const agents = Array.from({ length: count }, () => randomUUID());
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
          context().metadata,
        ),
      })),
    );
    return agents;
  }

  const assign = (configurationId: string, agents: readonly string[], on = log, as = context()) =>
    createBulkCommands({ log: on }).perform({ action: 'assign', configurationId, version: 1 }, agents, as);

  const assigned = async (agents: readonly string[]): Promise<(string | null)[]> =>
    (await log.readStreams(agents.map(streamOf.assignment))).map(
      (stored) =>
        fold(assignmentDecider, typedEvents<AssignmentEvent>(stored)).assigned?.configurationId ?? null,
    );

  /** A log that does something at the last moment before agents are assigned. */
  const justBefore = (first: () => Promise<unknown>, then: () => void = () => undefined): EventLog => {
    let isDone = false;
    return {
      ...log,
      async append(batch) {
        if (isDone || !batch.some(({ streamId }) => streamId.startsWith('assignment-')))
          return log.append(batch);
        isDone = true;
        await first();
        const results = await log.append(batch);
        then();
        return results;
      },
    };
  };

  it('is refused, and every agent has again what it had before', async () => {
    const [one = '', two = '', three = ''] = await enrolled(3);
    const [kept, gone] = [await published(), await published()];
    await assign(kept, [one]);
    const deleting = justBefore(() => configurations().delete({ configurationId: gone }, context()));
    expect(await codeOf(assign(gone, [one, two, three], deleting))).to.equal('configuration/not-found');
    expect(await assigned([one, two, three])).to.deep.equal([kept, null, null]);
  });

  it('leaves those alone who were assigned something else since', async () => {
    const [one = '', two = ''] = await enrolled(2);
    const [other, gone] = [await published(), await published()];
    const deleting = justBefore(() => configurations().delete({ configurationId: gone }, context()));
    const overtaken: EventLog = {
      ...deleting,
      async append(batch) {
        const results = await deleting.append(batch);
        if (batch.some(({ streamId }) => streamId.startsWith('assignment-'))) await assign(other, [one]);
        return results;
      },
    };
    expect(await codeOf(assign(gone, [one, two], overtaken))).to.equal('configuration/not-found');
    expect(await assigned([one, two])).to.deep.equal([other, null]);
  });

  it('is taken back by whoever finishes it, when the process died before it looked again', async () => {
    const agents = await enrolled(3);
    const gone = await published();
    const dying = justBefore(
      () => configurations().delete({ configurationId: gone }, context()),
      () => {
        throw new Error('killed');
      },
    );
    const from = await log.head();
    const died = await assign(gone, agents, dying).catch((error: Error) => error.message);
    expect(died).to.equal('killed');
    expect(await assigned(agents)).to.deep.equal([gone, gone, gone]);
    const facts = [];
    for await (const page of log.readAll({ from, filter: { types: ['BulkActionPerformed'] } }))
      facts.push(...page);
    expect(facts).to.have.length(1);
    expect(await codeOf(finishBulkAction(log, facts[0]!))).to.equal('configuration/not-found');
    expect(await assigned(agents)).to.deep.equal([null, null, null]);
    const head = await log.head();
    expect(await codeOf(finishBulkAction(log, facts[0]!))).to.equal('configuration/not-found');
    expect(await log.head()).to.equal(head);
  });

  it('stays when the version is only archived later, however often it is asked for again', async () => {
    const agents = await enrolled(2);
    const configurationId = await published();
    const once = context();
    await assign(configurationId, agents, log, once);
    await configurations().archive({ configurationId, version: 1 }, context());
    expect(await codeOf(assign(configurationId, agents, log, once))).to.equal('configuration/not-published');
    expect(await assigned(agents)).to.deep.equal([configurationId, configurationId]);
  });

  it('never holds together with the deletion, whoever is faster', async () => {
    const agents = await enrolled(40);
    for (let round = 0; round < 40; round++) {
      const configurationId = await published();
      const [bulk, deleted] = await Promise.all([
        codeOf(assign(configurationId, agents)),
        codeOf(configurations().delete({ configurationId }, context())),
      ]);
      const users = (await assigned(agents)).filter((id) => id === configurationId).length;
      const label = `round ${round}: assigned ${bulk}, deleted ${deleted}`;
      if (deleted === 'done') expect(users, label).to.equal(0);
      if (bulk === 'done') expect(users, label).to.equal(agents.length);
      else expect(users, label).to.equal(0);
    }
  });
});
