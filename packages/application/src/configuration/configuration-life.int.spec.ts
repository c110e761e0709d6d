import { randomUUID } from 'node:crypto';
import { type ConfigurationEvent, streamOf } from '@ampora/catalogue';
import { createPostgresEventLog, migratePostgresEventLog } from '@ampora/event-store';
import { isRejection } from '@ampora/kernel';
import { throwAwayPostgres, type ThrowAwayDatabase } from '@ampora/testkit/postgres';
import { expect } from 'chai';
import { createAssignmentCommands } from '../assignment/assignment-commands.ts';
import { createContentReader } from '../content/read-content.ts';
import { commandIdOf } from '../event-writing/command-id.ts';
import { typedEvents } from '../event-writing/read-typed.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { CommandContext } from './command-context.ts';
import { createConfigurationCommands } from './configuration-commands.ts';
import type { UsersOf } from './refuse-used.ts';

const nobody: UsersOf = async () => ({ count: 0, users: [] });

describe('configurations on a real log', () => {
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

  const context = (commandId: string = randomUUID()): CommandContext => ({
    commandId,
    metadata: { tenant: 'default', actor: 'spec', actorRole: 'Operator', correlationId: randomUUID() },
  });
  const commands = (usersOf: UsersOf = nobody, on: EventLog = log) =>
    createConfigurationCommands({
      log: on,
      content: createContentReader(log),
      check: () => ({ blocking: false, findings: [] }),
      usersOf,
    });
  const codeOf = (attempt: Promise<unknown>): Promise<string> =>
    attempt.then(
      () => 'done',
      (error: unknown) => {
        if (isRejection(error)) return error.code;
        throw error;
      },
    );
  async function published(name: string): Promise<string> {
    const { configurationId } = await commands().create({ name, description: '', body: name }, context());
    await commands().publish({ configurationId, version: 1, rowVersion: 1, notes: '' }, context());
    return configurationId;
  }
  const assign = (configurationId: string) =>
    createAssignmentCommands({ log }).assign(
      { configurationId, version: 1, target: { kind: 'fleet' } },
      context(),
    );

  it('finds a user that the read models have not heard of yet', async () => {
    const configurationId = await published('behind');
    const late: UsersOf = async () => {
      await assign(configurationId);
      return { count: 0, users: [] };
    };
    expect(await codeOf(commands(late).delete({ configurationId }, context()))).to.equal(
      'configuration/in-use',
    );
    await createAssignmentCommands({ log }).unassign({ kind: 'fleet' }, context());
    const removed = commands(late).removeVersion({ configurationId, version: 1 }, context());
    expect(await codeOf(removed)).to.equal('configuration/in-use');
    await createAssignmentCommands({ log }).unassign({ kind: 'fleet' }, context());
    expect(await codeOf(commands().delete({ configurationId }, context()))).to.equal('done');
    expect(await codeOf(assign(configurationId))).to.match(/^configuration\//);
  });

  it('does not delete a version that is tagged while it is asked who uses it', async () => {
    const configurationId = await published('tagged-meanwhile');
    const tagging: UsersOf = async () => {
      await commands().setTag({ configurationId, tag: 'golden', version: 1 }, context());
      return { count: 0, users: [] };
    };
    expect(await codeOf(commands(tagging).delete({ configurationId }, context()))).to.equal(
      'configuration/tagged',
    );
  });

  it('gives the name of a deleted configuration away, also when the process died before it could be freed', async () => {
    const configurationId = await published('short-lived');
    const isName = (streamId: string) => streamId.startsWith('configuration-name-');
    const dying: EventLog = {
      ...log,
      append: (batch) =>
        batch.some(({ streamId }) => isName(streamId))
          ? Promise.reject(new Error('killed'))
          : log.append(batch),
    };
    const died = await commands(nobody, dying)
      .delete({ configurationId }, context())
      .catch((error: Error) => error.message);
    expect(died).to.equal('killed');
    const wanted = { name: 'Short-Lived', description: '' };
    const answers = await Promise.all([1, 2, 3].map(() => codeOf(commands().create(wanted, context()))));
    expect(answers.toSorted()).to.deep.equal([
      'configuration/name-taken',
      'configuration/name-taken',
      'done',
    ]);
  });

  it('repeats a creation even when its configuration is gone and its name is another’s', async () => {
    const again = context(commandIdOf('spec:repeat', 'create'));
    const wanted = { name: 'repeated', description: '', body: 'a: 1' };
    const first = await commands().create(wanted, again);
    await commands().delete({ configurationId: first.configurationId }, context());
    const other = await commands().create(wanted, context());
    expect(other.configurationId).not.to.equal(first.configurationId);
    expect(await commands().create(wanted, again)).to.deep.equal(first);
    const types = typedEvents<ConfigurationEvent>(
      await log.readStream(streamOf.configuration(first.configurationId)),
    ).map(({ type }) => type);
    expect(types).to.deep.equal([
      'ConfigurationCreated',
      'ConfigurationDraftCreated',
      'ConfigurationDeleted',
    ]);
  });

  it('finishes an application that died between saving and publishing', async () => {
    const again = context(commandIdOf('spec:apply', 'one'));
    const wanted = { name: 'applied', text: 'a: 1', publish: true, notes: '', dryRun: false };
    let appends = 0;
    const dying: EventLog = {
      ...log,
      append: (batch) => (++appends === 3 ? Promise.reject(new Error('killed')) : log.append(batch)),
    };
    const died = await commands(nobody, dying)
      .apply(wanted, again)
      .catch((error: Error) => error.message);
    expect(died).to.equal('killed');
    expect(await commands().apply(wanted, again)).to.include({ action: 'created', status: 'Published' });
    expect(await commands().apply(wanted, again)).to.include({ action: 'created', status: 'Published' });
    expect(await commands().apply(wanted, context())).to.include({ action: 'unchanged' });
    const other = commands().apply({ ...wanted, text: 'b: 1' }, context(commandIdOf('spec:apply', 'two')));
    expect(await codeOf(other)).to.equal('request/idempotency-key-reused');
  });
});
