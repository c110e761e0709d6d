import { randomUUID } from 'node:crypto';
import { type AmporaEvent, streamOf } from '@ampora/catalogue';
import type { EventMetadata, RecordedEvent } from '@ampora/kernel';
import { expect } from 'chai';
import { type Bench, openBench, toNewEvent } from '../harness.spec.ts';
import { bodies, uuidOf } from '../histories.spec.ts';
import { createQueries, type EventSearch, type Queries } from '../queries.ts';
import { matchesSearch } from './event-filter.ts';

const agents = [uuidOf('agent', 1), uuidOf('agent', 2)] as const;
const configurationId = uuidOf('configuration', 1);

const connected = (connectionId: string): AmporaEvent => ({
  type: 'AgentConnected',
  data: { connectionId, transport: 'http', remoteAddress: '', edgeInstance: 'e' },
});
const created: AmporaEvent = {
  type: 'ConfigurationCreated',
  data: { configurationId, name: 'edge', description: '' },
};
const unassigned = (agentId: string): AmporaEvent => ({
  type: 'AgentConfigurationUnassigned',
  data: { agentId },
});

describe('finding events', function () {
  this.timeout(60_000);
  let bench: Bench;
  let queries: Queries;
  let all: RecordedEvent[];
  const correlationId = randomUUID();
  const causationId = randomUUID();

  before(async () => {
    bench = await openBench();
    queries = createQueries({ knex: bench.knex, eventLog: bench.eventLog });
    const store = async (streamId: string, event: AmporaEvent, metadata: Partial<EventMetadata> = {}) => {
      const stored = toNewEvent(event);
      await bench.eventLog.append([
        {
          streamId,
          expectedRevision: 'any',
          events: [{ ...stored, metadata: { ...stored.metadata, ...metadata } }],
        },
      ]);
    };
    await bench.append(bodies.slice(0, 1));
    for (let round = 0; round < 12; round++) {
      const agentId = agents[round % 2]!;
      const own = { actor: `agent:${agentId}`, actorRole: 'Agent' as const };
      await store(streamOf.agent(agentId), connected(randomUUID()), own);
      const person = {
        actor: round % 3 === 0 ? 'ada' : 'grace',
        actorRole: 'Operator' as const,
        correlationId,
      };
      if (round % 4 === 0) await store(streamOf.configuration(configurationId), created, person);
      if (round % 5 === 0)
        await store(streamOf.assignment(agentId), unassigned(agentId), { ...person, causationId });
    }
    all = [];
    for await (const page of bench.eventLog.readAll()) all.push(...page);
    bench.projector().start();
    expect(await queries.waitFor(await bench.eventLog.head(), 20_000)).to.equal(true);
  });
  after(() => bench.close());

  const searches: Record<string, EventSearch> = {
    everything: {},
    'one agent': { agentId: agents[0] },
    'one stream': { stream: streamOf.agent(agents[1]) },
    'a rare type': { type: ['AgentConfigurationUnassigned'] },
    'a frequent type': { type: ['AgentConnected'] },
    'both types': { type: ['AgentConnected', 'ConfigurationCreated'] },
    'a person': { actor: ['ada'] },
    'two people': { actor: ['ada', 'grace'] },
    'any agent': { actor: ['agent:*'] },
    'one agent as an actor': { actor: [`agent:${agents[1]}`] },
    'a person or any agent': { actor: ['ada', 'agent:*'] },
    'a correlation': { correlationId },
    'a cause': { causationId },
    'a prefix of few': { streamPrefix: ['configuration-', 'assignment-'] },
    'a prefix of many': { streamPrefix: ['agent-'] },
    'a tenant': { tenant: 'default' },
    'another tenant': { tenant: 'other' },
    'an agent and a person': { agentId: agents[0], actor: ['ada', 'grace'] },
    'a person, a type and a correlation': {
      actor: ['grace'],
      type: ['AgentConfigurationUnassigned'],
      correlationId,
    },
    'what is not there': { correlationId: randomUUID() },
  };

  for (const [label, search] of Object.entries(searches))
    it(`gives ${label}, in pages of either direction, as reading everything would`, async () => {
      const wanted = all.filter(
        (event) => matchesSearch(event, search) && (!search.actor || event.type !== 'ContentStored'),
      );
      for (const forwards of [true, false])
        for (const limit of [1, 3, 100]) {
          const found: RecordedEvent[] = [];
          let from: bigint | undefined;
          do {
            const page = await queries.findEvents(
              { search, span: {}, from, forwards, limit },
              await queries.resolveMoment(),
            );
            expect(page.events.length).to.be.at.most(limit);
            found.push(...page.events);
            from = page.next ?? undefined;
          } while (from !== undefined);
          const positions = (forwards ? wanted : wanted.toReversed()).map(({ position }) => position);
          expect(
            found.map(({ position }) => position),
            `${forwards ? 'forwards' : 'backwards'} by ${limit}`,
          ).to.deep.equal(positions);
        }
      const facets = await queries.eventFacets(search, {}, await queries.resolveMoment());
      const indexed = wanted.filter(
        ({ type }) => type !== 'ContentStored' || search.stream !== undefined || search.streamPrefix,
      );
      expect(facets.total).to.equal(indexed.length);
      expect(facets.isCapped).to.equal(false);
    });

  it('keeps to a stretch of time and to a moment', async () => {
    const middle = all[Math.floor(all.length / 2)]!;
    const moment = await queries.resolveMoment(String(middle.position));
    for (const search of [{}, { agentId: agents[0] }, { correlationId }, { actor: ['ada'] }]) {
      const page = await queries.findEvents({ search, span: {}, forwards: false, limit: 100 }, moment);
      expect(page.events.map(({ position }) => position)).to.deep.equal(
        all
          .filter((event) => matchesSearch(event, search) && event.position <= middle.position)
          .map(({ position }) => position)
          .reverse(),
      );
      const span = { sinceMs: middle.recordedAtMs, untilMs: middle.recordedAtMs };
      const then = await queries.findEvents(
        { search, span, forwards: true, limit: 100 },
        await queries.resolveMoment(),
      );
      expect(then.events.map(({ position }) => position)).to.deep.equal(
        all
          .filter((event) => matchesSearch(event, search) && event.recordedAtMs === middle.recordedAtMs)
          .map(({ position }) => position),
      );
    }
  });

  it('counts each facet without its own filter', async () => {
    const now = await queries.resolveMoment();
    const facets = await queries.eventFacets({ actor: ['ada'], type: ['ConfigurationCreated'] }, {}, now);
    const of = (search: EventSearch) => all.filter((event) => matchesSearch(event, search)).length;
    expect(facets.total).to.equal(of({ actor: ['ada'], type: ['ConfigurationCreated'] }));
    expect(facets.types).to.deep.include({
      value: 'AgentConfigurationUnassigned',
      count: of({ actor: ['ada'], type: ['AgentConfigurationUnassigned'] }),
    });
    expect(facets.actors).to.deep.include({
      value: 'grace',
      count: of({ actor: ['grace'], type: ['ConfigurationCreated'] }),
    });
  });
});
