import { createHash } from 'node:crypto';
import { type ConfigurationEvent, streamOf } from '@ampora/catalogue';
import { configurationDecider } from '@ampora/domain';
import { createPostgresEventLog, migratePostgresEventLog } from '@ampora/event-store';
import { throwAwayPostgres, type ThrowAwayDatabase } from '@ampora/testkit/postgres';
import { expect } from 'chai';
import { createContentReader } from '../content/read-content.ts';
import { storeContent } from '../content/store-content.ts';
import { createConfigurationCommands } from '../configuration/configuration-commands.ts';
import type { EventLog } from '../ports/event-log.ts';
import { handleCommand } from './command-handler.ts';
import { typedEvents } from './read-typed.ts';
import { uuidFrom } from './stamp-events.ts';

const nobodyUses = () => Promise.resolve({ count: 0, users: [] });

const metadata = {
  tenant: 'default',
  actor: 'spec',
  actorRole: 'Operator' as const,
  correlationId: uuidFrom('correlation'),
};

describe('handling commands on a real log', () => {
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

  const create = (configurationId: string, commandId: string) =>
    handleCommand(log, configurationDecider, {
      streamId: streamOf.configuration(configurationId),
      command: { type: 'create-configuration', configurationId, name: 'edge', description: '' },
      commandId,
      metadata,
    });
  const draft = (configurationId: string, letter: string, commandId: string) =>
    handleCommand(log, configurationDecider, {
      streamId: streamOf.configuration(configurationId),
      command: {
        type: 'create-draft',
        body: { contentHash: letter.repeat(64), sizeBytes: 1 },
        basedOnVersion: null,
      },
      commandId,
      metadata,
    });

  it('answers a repeated command from what it stored the first time', async () => {
    const id = uuidFrom('repeated');
    const first = await create(id, uuidFrom('command 1'));
    await draft(id, 'a', uuidFrom('command 2'));
    const again = await create(id, uuidFrom('command 1'));
    expect(again.position).to.equal(first.position);
    expect(await log.readStream(streamOf.configuration(id))).to.have.length(2);
  });

  it('decides again when another writer was faster: nobody loses, no number is given twice', async () => {
    const id = uuidFrom('contended');
    await create(id, uuidFrom('command 3'));
    const letters = ['a', 'b', 'c', 'd'];
    await Promise.all(letters.map((letter) => draft(id, letter, uuidFrom(`draft ${letter}`))));
    const events = typedEvents<ConfigurationEvent>(await log.readStream(streamOf.configuration(id)));
    const versions = events.flatMap((event) =>
      event.type === 'ConfigurationDraftCreated' ? [event.data.version] : [],
    );
    expect(versions.sort()).to.deep.equal([1, 2, 3, 4]);
  });

  it('finishes what a dead process began: a name that was reserved and never used is taken over', async () => {
    const commands = createConfigurationCommands({
      log,
      content: createContentReader(log),
      check: () => ({ blocking: false, findings: [] }),
      usersOf: nobodyUses,
    });
    const dying: EventLog = {
      ...log,
      readStream: () => Promise.reject(new Error('killed')),
      append: (batch) => log.append(batch),
    };
    const half = createConfigurationCommands({
      log: dying,
      content: createContentReader(log),
      check: () => ({ blocking: false, findings: [] }),
      usersOf: nobodyUses,
    });
    const failed = await half
      .create({ name: 'half-made', description: '' }, { commandId: uuidFrom('half'), metadata })
      .catch(() => 'killed');
    expect(failed).to.equal('killed');
    const { configurationId } = await commands.create(
      { name: 'half-made', description: '' },
      { commandId: uuidFrom('other'), metadata },
    );
    expect(await log.readStream(streamOf.configuration(configurationId))).to.have.length(1);
    const taken = await commands
      .create({ name: 'half-made', description: '' }, { commandId: uuidFrom('third'), metadata })
      .catch((error: { code: string }) => error.code);
    expect(taken).to.equal('configuration/name-taken');
  });

  it('keeps a body once, whole, however often and however large it is stored', async () => {
    // Incompressible, so that it takes several chunks.
    const body = Buffer.concat(
      Array.from({ length: 30_000 }, (_, index) => createHash('sha256').update(String(index)).digest()),
    );
    const { contentHash, appends } = storeContent(body, metadata);
    expect(appends).to.have.length.greaterThan(1);
    await log.append(appends);
    await log.append(appends);
    const reader = createContentReader(log);
    expect((await reader.read(contentHash))?.equals(body)).to.equal(true);
    expect(await log.readStream(streamOf.content(contentHash))).to.have.length(appends.length);
    expect(await reader.read('0'.repeat(64))).to.equal(undefined);
  });
});
