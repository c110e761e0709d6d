import { once } from 'node:events';
import { request } from 'node:http';
import { ApiProblem, operations } from '@ampora/api-contract';
import { expect } from 'chai';
import { agentId, agentStream, enrolled, type RunningApi, startApi } from './running-api.spec.ts';

const GOOD = `receivers:
  otlp:
    protocols:
      grpc:
exporters:
  debug:
service:
  pipelines:
    traces:
      receivers: [otlp]
      exporters: [debug]
`;
const BROKEN = GOOD.replace('exporters: [debug]', 'exporters: [nowhere]');
const SUPERVISED = 0x1807n;

async function problemOf(call: Promise<unknown>): Promise<ApiProblem> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ApiProblem) return error;
    throw error;
  }
  throw new Error('expected a problem');
}

describe('the REST API', () => {
  let api: RunningApi;
  before(async () => {
    api = await startApi();
  });
  after(async () => {
    await api.stop();
  });

  describe('on configurations', () => {
    it('shows what was written to whoever waits for its position', async () => {
      const { position, id } = await api.call('createConfiguration', {
        body: { name: 'read-your-write', body: GOOD },
      });
      const shown = await api.call('getConfiguration', { params: { id }, query: { after: position } });
      expect(shown.name).to.equal('read-your-write');
      expect(shown.items.map(({ version, status }) => ({ version, status }))).to.deep.equal([
        { version: 1, status: 'Draft' },
      ]);
    });

    it('takes a name once, whatever its case', async () => {
      await api.call('createConfiguration', { body: { name: 'Taken' } });
      const problem = await problemOf(api.call('createConfiguration', { body: { name: 'taken' } }));
      expect(problem.status).to.equal(409);
      expect(problem.code).to.equal('configuration/name-taken');
    });

    it('answers a repeated request as it did the first time', async () => {
      const body = { name: 'idempotent', body: GOOD };
      const first = await api.call('createConfiguration', { body, idempotencyKey: 'k1' });
      const second = await api.call('createConfiguration', { body, idempotencyKey: 'k1' });
      expect(second).to.deep.equal(first);
      const draft = await api.call('createVersion', {
        params: { id: first.id },
        body: { body: GOOD },
        idempotencyKey: 'k2',
      });
      const again = await api.call('createVersion', {
        params: { id: first.id },
        body: { body: GOOD },
        idempotencyKey: 'k2',
      });
      expect(again).to.deep.equal(draft);
    });

    it('gives the loser of a conflict both texts', async () => {
      const { id } = await api.call('createConfiguration', { body: { name: 'conflict', body: GOOD } });
      const winner = await api.call('editVersion', {
        params: { id, version: 1 },
        body: { body: `${GOOD}# winner\n` },
        ifMatch: 1,
      });
      await api.call('getConfiguration', { params: { id }, query: { after: winner.position } });
      const problem = await problemOf(
        api.call('editVersion', {
          params: { id, version: 1 },
          body: { body: `${GOOD}# loser\n` },
          ifMatch: 1,
        }),
      );
      expect(problem.status).to.equal(412);
      expect(problem.problem).to.include({
        code: 'configuration/stale-row-version',
        yourRowVersion: 1,
        currentRowVersion: 2,
      });
      expect(problem.problem['currentBody']).to.equal(`${GOOD}# winner\n`);
      expect(problem.problem['yourBody']).to.equal(`${GOOD}# loser\n`);
    });

    it('wants If-Match on a save', async () => {
      const { id } = await api.call('createConfiguration', { body: { name: 'no-if-match', body: GOOD } });
      expect(
        (await problemOf(api.call('editVersion', { params: { id, version: 1 }, body: { body: GOOD } })))
          .status,
      ).to.equal(428);
    });

    it('never publishes a text that agents would refuse, and says where it is wrong', async () => {
      const { id } = await api.call('createConfiguration', { body: { name: 'broken', body: BROKEN } });
      const problem = await problemOf(api.call('publishVersion', { params: { id, version: 1 }, body: {} }));
      expect(problem.status).to.equal(422);
      const findings = problem.problem['findings'] as { severity: string; code: string; line: number }[];
      const finding = findings.find(({ severity }) => severity === 'error');
      expect(finding).to.include({ code: 'reference/undefined-exporter', line: 11 });
    });

    it('names line and column of a text that does not parse', async () => {
      const { valid, findings } = await api.call('validateConfiguration', {
        body: { body: 'receivers:\n  otlp: [\n' },
      });
      expect(valid).to.equal(false);
      expect(findings[0]).to.include({ severity: 'error', code: 'syntax' });
      expect(findings[0]?.line).to.be.a('number');
      expect(findings[0]?.column).to.be.a('number');
    });

    it('shows a version as it was at an earlier position', async () => {
      const created = await api.call('createConfiguration', { body: { name: 'past', body: GOOD } });
      const published = await api.call('publishVersion', {
        params: { id: created.id, version: 1 },
        body: {},
      });
      const now = await api.call('getVersion', {
        params: { id: created.id, version: 1 },
        query: { after: published.position },
      });
      const then = await api.call('getVersion', {
        params: { id: created.id, version: 1 },
        query: { at: created.position },
      });
      expect([now.status, then.status]).to.deep.equal(['Published', 'Draft']);
    });
  });

  describe('on agents and assignments', () => {
    let position: string;
    before(async () => {
      position = await api.given(agentStream, enrolled(SUPERVISED));
    });

    it('lists an agent with all that the fleet page shows', async () => {
      const { items, next } = await api.call('listAgents', { query: { after: position } });
      expect(next).to.equal(null);
      expect(items[0]).to.include({
        id: agentId,
        displayName: 'edge-fra-001',
        agentType: 'otelcol',
        agentVersion: '0.149.0',
        connected: true,
      });
    });

    it('answers with what its own schemas promise', async () => {
      const page = operations.listAgents.response.parse(
        await api.call('listAgents', { query: { after: position } }),
      );
      expect(page.items).to.have.length(1);
      operations.getAgent.response.parse(await api.call('getAgent', { params: { id: agentId } }));
      operations.getOverview.response.parse(await api.call('getOverview', {}));
      operations.getAgentFacets.response.parse(await api.call('getAgentFacets', {}));
      operations.getAgentTimeline.response.parse(
        await api.call('getAgentTimeline', { params: { id: agentId } }),
      );
      operations.getAgentLife.response.parse(await api.call('getAgentLife', { params: { id: agentId } }));
      operations.listDrift.response.parse(await api.call('listDrift', {}));
      operations.getDriftSummary.response.parse(await api.call('getDriftSummary', {}));
      operations.listProjections.response.parse(await api.call('listProjections', {}));
      operations.listEvents.response.parse(await api.call('listEvents', {}));
    });

    it('says which event set a value', async () => {
      const { why } = await api.call('getAgent', { params: { id: agentId }, query: { after: position } });
      const event = await api.call('getEvent', { params: { position: why['displayName'] ?? '0' } });
      expect(event.type).to.equal('AgentDescriptionReported');
    });

    it('assigns a published version, and the agent is pending until it reports', async () => {
      const { id } = await api.call('createConfiguration', { body: { name: 'to-assign', body: GOOD } });
      const published = await api.call('publishVersion', { params: { id, version: 1 }, body: {} });
      const assigned = await api.call('assign', {
        body: { configurationId: id, version: 1, target: { agentId } },
      });
      const agent = await api.call('getAgent', {
        params: { id: agentId },
        query: { after: assigned.position },
      });
      expect(agent.assignedHash).to.equal(published.configHash);
      expect(agent.driftState).to.equal('pending');
      const before = await api.call('getAgent', {
        params: { id: agentId },
        query: { at: published.position },
      });
      expect(before.driftState).to.equal('unassigned');
    });

    it('refuses to assign a draft', async () => {
      const { id } = await api.call('createConfiguration', { body: { name: 'still-draft', body: GOOD } });
      const problem = await problemOf(
        api.call('assign', { body: { configurationId: id, version: 1, target: { all: true } } }),
      );
      expect(problem.code).to.equal('configuration/not-published');
    });

    it('refuses to assign to an agent that takes no remote configuration', async () => {
      const observer = '0195d0a0-0000-7000-8000-0000000000bb';
      await api.given(`agent-${observer}`, enrolled(0x4805n));
      const { id } = await api.call('createConfiguration', { body: { name: 'for-observer', body: GOOD } });
      await api.call('publishVersion', { params: { id, version: 1 }, body: {} });
      const problem = await problemOf(
        api.call('assign', { body: { configurationId: id, version: 1, target: { agentId: observer } } }),
      );
      expect(problem.code).to.equal('assignment/agent-refuses-remote-config');
    });
  });

  describe('on bad input', () => {
    const raw = (path: string, init: RequestInit = {}) => fetch(`${api.url}${path}`, init);
    const rows: readonly (readonly [string, string, RequestInit, number, string])[] = [
      ['an unknown agent', `/api/agents/${agentId.replace('aa', 'ff')}`, {}, 404, 'agent/not-found'],
      ['an id that is none', '/api/agents/nope', {}, 400, 'request/invalid'],
      ['a moment that is none', '/api/agents?at=yesterday', {}, 400, 'request/invalid'],
      ['a cursor that is not ours', '/api/agents?cursor=abc', {}, 400, 'request/invalid-cursor'],
      ['a route that is none', '/api/nothing', {}, 404, 'request/no-such-route'],
      [
        'a body that is not JSON',
        '/api/configurations',
        { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } },
        400,
        'request/invalid-json',
      ],
      [
        'a body without its fields',
        '/api/configurations',
        { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } },
        400,
        'request/invalid',
      ],
      [
        'a page of another site',
        '/api/configurations',
        {
          method: 'POST',
          body: '{}',
          headers: { 'content-type': 'application/json', origin: 'https://elsewhere.example' },
        },
        403,
        'request/foreign-origin',
      ],
    ];
    for (const [what, path, init, status, code] of rows) {
      it(`refuses ${what} with ${code}`, async () => {
        const response = await raw(path, init);
        const document = (await response.json()) as { code: string; status: number; title: string };
        expect(response.status).to.equal(status);
        expect(response.headers.get('content-type')).to.contain('application/problem+json');
        expect(document).to.include({ code, status });
      });
    }

    it('answers to local names only', async () => {
      const sent = request(`${api.url}/api/agents`, { headers: { host: 'rebound.example' } }).end();
      const [response] = (await once(sent, 'response')) as [{ statusCode: number; resume(): void }];
      response.resume();
      expect(response.statusCode).to.equal(403);
    });
  });

  describe('live', () => {
    it('tells a browser what changed, and what it missed', async () => {
      const abort = new AbortController();
      const stream = await fetch(`${api.url}/api/live`, { signal: abort.signal });
      const messages = readMessages(stream);
      const ready = await messages.next();
      expect(ready.value).to.include({ event: 'ready' });

      const { id } = await api.call('createConfiguration', { body: { name: 'seen-live' } });
      await toldOf(id, messages);
      abort.abort();

      const again = await fetch(`${api.url}/api/live`, {
        headers: { 'last-event-id': ready.value?.id ?? '' },
      });
      await toldOf(id, readMessages(again));
      await again.body?.cancel().catch(() => undefined);
    });
  });

  it('describes itself', async () => {
    const document = (await (await fetch(`${api.url}/openapi.json`)).json()) as {
      openapi: string;
      paths: object;
    };
    expect(document.openapi).to.match(/^3\.1/);
    const described = new Set(Object.keys(document.paths));
    for (const { path } of Object.values(operations))
      expect(described).to.include(path.replace(/:(\w+)/g, '{$1}'));
  });
});

interface Message {
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

/** Reads until a configuration is named. What happened just before may be told first, in messages of its own. */
async function toldOf(id: string, messages: AsyncGenerator<Message, undefined>): Promise<void> {
  for (;;) {
    const { value, done } = await messages.next();
    if (done) throw new Error(`The stream ended and never told of ${id}.`);
    const { configurations = [] } = JSON.parse(value.data) as { configurations?: string[] };
    if (value.event === 'changes' && configurations.includes(id)) return;
  }
}

async function* readMessages(response: Response): AsyncGenerator<Message, undefined> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const fields = new Map(
        text
          .slice(0, end)
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      );
      text = text.slice(end + 2);
      const event = fields.get('event');
      if (event !== undefined) yield { event, id: fields.get('id') ?? '', data: fields.get('data') ?? '' };
    }
  }
  return undefined;
}
