import { randomUUID } from 'node:crypto';
import { stampEvents } from '@ampora/application';
import type { EventLog } from '@ampora/application/ports';
import { type AgentEvent, streamOf } from '@ampora/catalogue';
import { createPostgresEventLog, migratePostgresEventLog } from '@ampora/event-store';
import { throwAwayPostgres } from '@ampora/testkit/postgres';
import { expect } from 'chai';
import { begin } from './edge-under-test.ts';
import { waitFor } from './raw-agent.ts';

const metadata = { tenant: 'default', actor: 'spec', actorRole: 'System', correlationId: 'spec' } as const;

describe('agents whose edge ended without a word (10,000 must not be 10,000 appends)', () => {
  it('are stated as gone many at a time, once, but not those that someone else has met', async () => {
    const database = await (await throwAwayPostgres()).createDatabase();
    await migratePostgresEventLog(database);
    const real = createPostgresEventLog(database);
    const agents = Array.from({ length: 1_200 }, () => ({
      agentId: randomUUID(),
      connectionId: randomUUID(),
      edgeInstance: 'dead',
    }));
    const connected = (agentId: string, connectionId: string): AgentEvent[] => [
      {
        type: 'AgentEnrolled',
        data: { agentId, instanceUid: randomUUID(), enrolment: 'open', remoteAddress: '127.0.0.1' },
      },
      {
        type: 'AgentConnected',
        data: { connectionId, transport: 'websocket', remoteAddress: '127.0.0.1', edgeInstance: 'dead' },
      },
    ];
    await real.append(
      agents.map(({ agentId, connectionId }, index) => ({
        streamId: streamOf.agent(agentId),
        expectedRevision: 'no-stream',
        // The last one has connected elsewhere since the read models were asked.
        events: stampEvents(
          connected(agentId, index === agents.length - 1 ? randomUUID() : connectionId),
          metadata,
        ),
      })),
    );
    let appends = 0;
    const log: EventLog = {
      ...real,
      append: (batch) => {
        appends++;
        return real.append(batch);
      },
    };
    const options = { heartbeatWindowMs: 200, listConnectedAgents: () => Promise.resolve(agents) };
    const gone = async () => {
      const streams = await real.readStreams(agents.map(({ agentId }) => streamOf.agent(agentId)));
      return streams.map((stream) => stream.filter(({ type }) => type === 'AgentDisconnected').length);
    };
    const one = await begin(log, { ...options, edgeInstance: 'one' }, () => Promise.resolve());
    const two = await begin(log, { ...options, edgeInstance: 'two' }, () => Promise.resolve());
    await waitFor(async () => (await gone()).filter((count) => count === 1).length === 1_199, 'all but one');
    await one.edge.stop();
    await two.edge.stop();
    expect((await gone()).at(-1)).to.equal(0);
    expect(Math.max(...(await gone()))).to.equal(1);
    expect(appends, 'calls of append by two edges').to.be.at.most(6);
    await real.close();
    await database.drop();
  });
});
