import { type EventLog, EventLogUnavailable } from '@ampora/application/ports';
import type { RecordedEvent } from '@ampora/kernel';
import { expect } from 'chai';
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';
import { describeEventLogContract, type EventLogFixture } from '../contract/describe-event-log-contract.ts';
import { eventually, someEvents } from '../contract/events.ts';
import { createEventStoreDbEventLog } from './eventstoredb-event-log.ts';
import { type StandInServer, startStandInServer } from './stand-in-server.ts';

const IMAGE = 'eventstore/eventstore:23.10.6-bookworm-slim';

async function startContainer(): Promise<{ container: StartedTestContainer; connectionString: string }> {
  const container = await new GenericContainer(IMAGE)
    .withEnvironment({
      EVENTSTORE_INSECURE: 'true',
      EVENTSTORE_CLUSTER_SIZE: '1',
      EVENTSTORE_MEM_DB: 'false',
    })
    .withExposedPorts(2113)
    .withWaitStrategy(Wait.forHttp('/health/live', 2113).forStatusCode(204))
    .withStartupTimeout(120_000)
    .start();
  return {
    container,
    connectionString: `esdb://${container.getHost()}:${container.getMappedPort(2113)}?tls=false`,
  };
}

function fixture(connectionString: string, stop: () => Promise<unknown>): EventLogFixture {
  const log = createEventStoreDbEventLog({ connectionString });
  return {
    log,
    // One client per process: elsewhere is here.
    another: async () => log,
    async close() {
      await log.close();
      await stop();
    },
  };
}

describeEventLogContract(
  'EventStoreDB',
  async () => {
    const given = process.env.EVENTSTOREDB_URL;
    if (given) return fixture(given, async () => undefined);
    const started = await startContainer().catch(() => undefined);
    if (!started) return 'skipped: needs EVENTSTOREDB_URL or Docker';
    return fixture(started.connectionString, () => started.container.stop());
  },
  { dense: false },
);

describeEventLogContract(
  "a stand-in that speaks EventStoreDB's protocol (drives the client, proves nothing of the server)",
  async () => {
    const server = await startStandInServer();
    return fixture(server.connectionString, () => server.stop());
  },
  { dense: false },
);

describe('the event log on EventStoreDB, under faults of a stand-in', function () {
  this.timeout(60_000);
  let server: StandInServer;
  let log: EventLog;
  beforeEach(async () => {
    server = await startStandInServer();
    log = createEventStoreDbEventLog({ connectionString: server.connectionString });
  });
  afterEach(async () => {
    await log.close();
    await server.stop();
  });

  async function underFire(strike: () => Promise<void>): Promise<void> {
    const seen: RecordedEvent[] = [];
    const onBatch = async ({ events }: { events: readonly RecordedEvent[] }) => void seen.push(...events);
    const filtered: RecordedEvent[] = [];
    const subscriptions = [
      log.subscribeAll({ from: 0n, batchSize: 10, onBatch }),
      log.subscribeAll({
        from: 0n,
        filter: { streamPrefixes: ['w-1'], types: ['Happened'] },
        onBatch: async ({ events }) => void filtered.push(...events),
      }),
    ];
    const acknowledged: string[] = [];
    let stop = false;
    const writers = Array.from({ length: 30 }, async (_, writer) => {
      let revision = -1;
      while (!stop) {
        const events = someEvents(2);
        const streamId = `w-${writer}`;
        const [result] = await log.append([
          { streamId, expectedRevision: revision < 0 ? 'no-stream' : revision, events },
        ]);
        if (result?.outcome !== 'appended') throw new Error('A lone writer lost a race');
        revision = result.lastRevision;
        acknowledged.push(...events.map(({ id }) => id));
      }
    });
    for (let round = 0; round < 3; round++) {
      const reached = acknowledged.length + 600;
      await eventually(() => acknowledged.length > reached, 'writers got on');
      await strike();
    }
    const reached = acknowledged.length + 600;
    await eventually(() => acknowledged.length > reached, 'writers got on after the last strike');
    stop = true;
    await Promise.all(writers);
    const all: RecordedEvent[] = [];
    for await (const page of log.readAll()) all.push(...page);
    await eventually(() => seen.length >= all.length, 'the subscription saw the end');
    const ones = all.filter(({ streamId }) => streamId.startsWith('w-1')).map(({ id }) => id);
    await eventually(() => filtered.length >= ones.length, 'the filtered subscription saw the end');
    await Promise.all(subscriptions.map((subscription) => subscription.close()));
    const stored = all.map(({ id }) => id);
    expect(seen.map(({ id }) => id)).to.deep.equal(stored);
    expect(filtered.map(({ id }) => id)).to.deep.equal(ones);
    expect(stored.toSorted()).to.deep.equal(acknowledged.toSorted());
  }

  it('loses nothing and stores nothing twice when connections break', () => underFire(() => server.crash()));

  it('finds out what was stored when answers are lost', () =>
    underFire(async () => {
      server.swallowAnswers();
      await new Promise((resolve) => setTimeout(resolve, 50));
      await server.crash();
    }));

  it('resumes at once when it is cut off as too slow', () =>
    underFire(async () => {
      for (let cut = 0; cut < 5; cut++) {
        server.cutOffSubscriptions();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }));

  it('rejects an append as unavailable when the server stays away', async () => {
    await server.stop();
    await log.close();
    log = createEventStoreDbEventLog({ connectionString: server.connectionString, retryForMs: 300 });
    const append = log.append([{ streamId: 'a', expectedRevision: 'no-stream', events: someEvents(1) }]);
    expect(await append.catch((caught: unknown) => caught)).to.be.instanceOf(EventLogUnavailable);
  });
});
