import { type AmporaEvent, streamOf } from '@ampora/catalogue';
import { expect } from 'chai';
import { type Bench, openBench } from '../harness.spec.ts';
import { uuidOf } from '../histories.spec.ts';
import { createQueries, InvalidMoment, type Queries } from '../queries.ts';
import { clockTable } from './clock-row.ts';

const agentId = uuidOf('agent', 1);
const stream = streamOf.agent(agentId);
const health = (healthy: boolean): AmporaEvent => ({
  type: 'AgentHealthReported',
  data: {
    digest: String(healthy),
    reports: 1,
    health: {
      healthy,
      status: '',
      lastError: '',
      startTimeUnixNano: '1',
      statusTimeUnixNano: '0',
      components: [],
    },
  },
});

describe('the clock of the log', function () {
  this.timeout(60_000);
  let bench: Bench;
  let queries: Queries;
  before(async () => {
    bench = await openBench();
    queries = createQueries({ knex: bench.knex, eventLog: bench.eventLog });
  });
  after(() => bench.close());

  it('says that an empty log is empty', async () => {
    bench.projector().start();
    await bench.until(`(select count(*) from read.projections where state = 'serving') >= 6`);
    const activity = await queries.logActivity({ buckets: 10 });
    expect(activity).to.include({ first: null, last: null });
    expect(activity.buckets.every(({ events }) => events === 0)).to.equal(true);
    const moment = await queries.logMoment(await queries.resolveMoment());
    expect(moment).to.include({ live: true, position: '0', previous: null, next: null });
  });

  it('counts what happened, what people did, and trouble, in buckets that add up', async () => {
    const enrolled = await bench.append([
      {
        stream,
        event: {
          type: 'AgentEnrolled',
          data: { agentId, instanceUid: uuidOf('uid'), enrolment: 'open', remoteAddress: '' },
        },
      },
    ]);
    await bench.append([{ stream, event: health(true) }]);
    // Into another second: buckets are no finer.
    await bench.until(`now() > (select max(second) + interval '1.2 seconds' from read.${clockTable})`);
    const last = await bench.append([
      { stream, event: health(false) },
      {
        stream: streamOf.assignment(agentId),
        event: { type: 'AgentConfigurationUnassigned', data: { agentId } },
      },
    ]);
    expect(await queries.waitFor(last, 10_000)).to.equal(true);
    const activity = await queries.logActivity({ buckets: 400 });
    expect(activity.first?.position).to.equal(String(enrolled));
    expect(activity.last?.position).to.equal(String(last));
    const sum = (kind: 'events' | 'changes' | 'trouble') =>
      activity.buckets.reduce((total, bucket) => total + bucket[kind], 0);
    expect([sum('events'), sum('changes'), sum('trouble')]).to.deep.equal([4, 1, 1]);
    expect(activity.buckets.length).to.be.greaterThan(1);
    expect(activity.buckets[0]?.events).to.be.greaterThan(0);
    expect(activity.buckets[0]?.trouble).to.equal(0);
    for (const [index, bucket] of activity.buckets.entries())
      expect(bucket.to).to.equal(activity.buckets[index + 1]?.from ?? activity.until);

    const own = await queries.logActivity({ buckets: 3, agentId });
    expect(own.buckets.reduce((total, { events }) => total + events, 0)).to.equal(4);
    expect(own.buckets.at(-1)).to.include({ changes: 1, trouble: 1 });
    const other = await queries.logActivity({ buckets: 3, agentId: uuidOf('nobody') });
    expect(other.buckets.reduce((total, { events }) => total + events, 0)).to.equal(0);
  });

  it('knows the events on either side of a moment', async () => {
    const head = await bench.eventLog.head();
    const moment = await queries.logMoment(await queries.resolveMoment(String(head - 1n)));
    expect(moment.previous?.position).to.equal(String(head - 2n));
    expect(moment.position).to.equal(String(head - 1n));
    expect(moment.next).to.include({ position: String(head), type: 'AgentConfigurationUnassigned' });
    const first = await queries.logMoment(await queries.resolveMoment('1'));
    expect(first.previous).to.equal(null);
    const before = await queries.logMoment(await queries.resolveMoment('2001-01-01T00:00:00Z'));
    expect(before).to.include({ position: '0', previous: null });
    expect(before.next?.position).to.equal('1');
  });

  it('refuses nonsense and the future, and waits for what is stored and not shown yet', async () => {
    const refused = async (at: string) => {
      try {
        await queries.resolveMoment(at);
      } catch (error) {
        expect(error).to.be.instanceOf(InvalidMoment);
        return (error as Error).message;
      }
      throw new Error(`${at} was taken`);
    };
    const head = await bench.eventLog.head();
    expect(await refused(String(head + 1n))).to.match(/still to come: the log ends at/);
    expect(await refused(new Date(Date.now() + 3_600_000).toISOString())).to.match(/still to come: it is/);
    expect(await refused('yesterday')).to.match(/neither/);
    const appended = await bench.append([{ stream, event: health(true) }]);
    const moment = await queries.resolveMoment(String(appended));
    expect((await queries.logActivity({ buckets: 1 })).last?.position).to.equal(String(moment.position));
    const appendedLater = await bench.append([{ stream, event: health(false) }]);
    expect((await queries.resolveMoment(new Date(Date.now() + 2_000).toISOString())).position).to.equal(
      appendedLater,
    );
  });
});
