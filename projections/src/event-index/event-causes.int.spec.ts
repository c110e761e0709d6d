import { randomUUID } from 'node:crypto';
import { type AmporaEvent, streamOf } from '@ampora/catalogue';
import type { EventMetadata, RecordedEvent } from '@ampora/kernel';
import { expect } from 'chai';
import { type Bench, openBench, toNewEvent } from '../harness.spec.ts';
import { uuidOf } from '../histories.spec.ts';
import { createQueries, type Queries } from '../queries.ts';
import { mostNodes } from './event-causes.ts';

const agentId = uuidOf('agent', 1);
const unassigned: AmporaEvent = { type: 'AgentConfigurationUnassigned', data: { agentId } };

describe('the causes of an event', function () {
  this.timeout(60_000);
  let bench: Bench;
  let queries: Queries;
  before(async () => {
    bench = await openBench();
    queries = createQueries({ knex: bench.knex, eventLog: bench.eventLog });
    bench.projector().start();
  });
  after(() => bench.close());

  async function store(links: Partial<EventMetadata>[], streamId = streamOf.assignment(agentId)) {
    const events = links.map((metadata) => {
      const event = toNewEvent(unassigned);
      return { ...event, metadata: { ...event.metadata, ...metadata } };
    });
    await bench.eventLog.append([{ streamId, expectedRevision: 'any', events }]);
    return events;
  }

  async function causesOf(id: string, at?: string) {
    expect(await queries.waitFor(await bench.eventLog.head(), 20_000)).to.equal(true);
    const stored = await bench.eventLog.readStream(streamOf.assignment(agentId));
    const focus = stored.find((event) => event.id === id) as RecordedEvent;
    return queries.eventCauses(focus, await queries.resolveMoment(at));
  }

  it('are one tree from the request to what came of it in the end, whichever event is asked for', async () => {
    const correlationId = randomUUID();
    const [publish] = await store([{ correlationId, causationId: randomUUID() }]);
    const [assignment] = await store([{ correlationId, causationId: randomUUID() }]);
    const [offer] = await store([{ correlationId, causationId: assignment!.id }]);
    const message = randomUUID();
    const [beside, status] = await store([
      { correlationId: message },
      { correlationId: message, causationId: offer!.id },
    ]);
    const [after] = await store([{ causationId: status!.id }]);
    await store([{}]);

    const ofAssignment = await causesOf(assignment!.id);
    expect(ofAssignment.nodes.map(({ event, parentId, depth }) => [event.id, parentId, depth])).to.deep.equal(
      [
        [publish!.id, null, 0],
        [assignment!.id, null, 0],
        [offer!.id, assignment!.id, 1],
        [status!.id, offer!.id, 2],
        [after!.id, status!.id, 3],
      ],
    );
    const ofStatus = await causesOf(status!.id);
    expect(ofStatus.nodes.map(({ event }) => event.id)).to.deep.equal(
      [publish, assignment, offer, beside, status, after].map((event) => event?.id),
    );
    expect(ofStatus.focus).to.equal(status!.id);
    expect(ofStatus.isCapped).to.equal(false);
    expect((await causesOf(after!.id)).nodes.map(({ event }) => event.id)).to.include(assignment!.id);
  });

  it('show nothing that came after the moment', async () => {
    const [first] = await store([{}]);
    const head = await bench.eventLog.head();
    await store([{ causationId: first!.id }]);
    expect((await causesOf(first!.id)).nodes).to.have.length(2);
    expect((await causesOf(first!.id, String(head))).nodes).to.have.length(1);
  });

  it('end where they go in a circle, and where they are too many, and say so', async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    const circle = [one, other].map((id, index) => ({
      ...toNewEvent(unassigned),
      id,
      metadata: { ...toNewEvent(unassigned).metadata, causationId: index === 0 ? other : one },
    }));
    await bench.eventLog.append([
      { streamId: streamOf.assignment(agentId), expectedRevision: 'any', events: circle },
    ]);
    expect((await causesOf(one)).nodes).to.have.length(2);

    const [many] = await store([{}]);
    await store(Array.from({ length: mostNodes + 20 }, () => ({ causationId: many!.id })));
    const capped = await causesOf(many!.id);
    expect(capped.nodes).to.have.length(mostNodes);
    expect(capped.isCapped).to.equal(true);
  });
});
