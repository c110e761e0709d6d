import { existsSync } from 'node:fs';
import { type AmporaEvent, encodeEvent, streamOf } from '@ampora/catalogue';
import type { RecordedEvent } from '@ampora/kernel';
import { expect } from 'chai';
import { type RunningReplay, startReplay } from './start-replay.ts';

const uuid = (digit: string) => `${digit.repeat(8)}-0000-4000-8000-${digit.repeat(12)}`;
const agentId = uuid('a');

/** A slice of a log that does not begin at 1 and has gaps. */
function slice(): readonly RecordedEvent[] {
  const health = (healthy: boolean) => ({
    healthy,
    status: healthy ? 'StatusOK' : 'StatusPermanentError',
    lastError: '',
    startTimeUnixNano: '1',
    statusTimeUnixNano: '1',
    components: [],
  });
  const events: [bigint, AmporaEvent][] = [
    [
      17n,
      {
        type: 'AgentEnrolled',
        data: { agentId, instanceUid: uuid('b'), enrolment: 'open', remoteAddress: '127.0.0.1' },
      },
    ],
    [40n, { type: 'AgentHealthReported', data: { digest: 'well', health: health(true), reports: 1 } }],
    [41n, { type: 'AgentHealthReported', data: { digest: 'ill', health: health(false), reports: 1 } }],
  ];
  return events.map(([position, event], revision) => ({
    id: uuid(String(revision + 1)),
    ...encodeEvent(event),
    metadata: {
      tenant: 'default',
      actor: `agent:${agentId}`,
      actorRole: 'Agent',
      correlationId: uuid('c'),
    },
    streamId: streamOf.agent(agentId),
    revision,
    position,
    recordedAtMs: 1_700_000_000_000 + Number(position) * 1_000,
  }));
}

describe('a replay', function () {
  this.timeout(120_000);
  let replay: RunningReplay;
  before(async () => {
    replay = await startReplay({ events: slice(), webConsole: false });
  });
  after(() => replay.stop());

  const get = async (path: string): Promise<Record<string, unknown>> => {
    const response = await fetch(`${replay.url}${path}`);
    expect(response.status, path).to.equal(200);
    return (await response.json()) as Record<string, unknown>;
  };

  it('has the events at their positions, with their ids and times', async () => {
    expect(replay.imported).to.deep.equal({ events: 3, position: 41n });
    for (const { position, id, recordedAtMs, revision } of slice())
      expect(await get(`/api/events/${position}`)).to.deep.include({
        position: String(position),
        id,
        revision,
        recordedAt: new Date(recordedAtMs).toISOString(),
      });
  });

  it('shows every moment of it', async () => {
    expect(await get(`/api/agents/${agentId}?at=17`)).to.deep.include({ healthy: null });
    expect(await get(`/api/agents/${agentId}?at=40`)).to.deep.include({ healthy: true });
    expect(await get(`/api/agents/${agentId}?at=41`)).to.deep.include({
      healthy: false,
      statePosition: '41',
    });
  });

  it('stores nothing, whoever asks, and nothing stores by itself', async () => {
    const refused = await fetch(`${replay.url}/api/configurations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'new' }),
    });
    expect(refused.status).to.equal(403);
    expect(((await refused.json()) as { code: string }).code).to.equal('replay/read-only');
    const { items } = (await get('/api/events?limit=500')) as { items: unknown[] };
    expect(items).to.have.length(3);
  });

  it('leaves nothing behind', async () => {
    const other = await startReplay({ events: [], webConsole: false });
    expect(existsSync(other.dataDirectory)).to.equal(true);
    await other.stop();
    expect(existsSync(other.dataDirectory)).to.equal(false);
  });
});
