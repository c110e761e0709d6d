import type { AgentLife, TimelineItem } from '@ampora/api-contract';
import { expect } from 'chai';
import fc from 'fast-check';
import { changeNear, type Lane, lanes, marksOf, piecesOf, runsOf } from './life.ts';

type Interval = AgentLife['intervals'][number];
const start = Date.parse('2026-03-01T12:00:00.000Z');
const at = (seconds: number) => new Date(start + seconds * 1000).toISOString();

function interval(from: number, to: number | null, over: Partial<Interval> = {}): Interval {
  return {
    from: at(from),
    to: to === null ? null : at(to),
    position: String(from),
    connected: true,
    healthy: true,
    driftState: 'in-sync',
    remoteConfigStatus: 'applied',
    ...over,
  };
}
const lane = (name: string) => lanes.find((candidate) => candidate.name === name) as Lane;
const view = { from: start, to: start + 100_000 };

function event(seconds: number, tone: TimelineItem['tone']): TimelineItem {
  return {
    position: String(seconds),
    at: at(seconds),
    type: 'X',
    kind: 'health',
    tone,
    title: '',
    detail: '',
    actor: '',
    count: 1,
    data: {},
  };
}

describe('the runs of a lane', () => {
  const life = [
    interval(0, 10),
    interval(10, 20, { driftState: 'pending' }),
    interval(20, 30, { driftState: 'pending', connected: false }),
    interval(30, null, { driftState: 'pending' }),
  ];

  it('join neighbours that look the same, though other lanes changed', () => {
    const runs = runsOf(life, lane('driftState'), start + 100_000);
    expect(runs.map(({ key, from, to }) => [key, (from - start) / 1000, (to - start) / 1000])).to.deep.equal([
      ['In sync', 0, 10],
      ['Pending', 10, 100],
    ]);
  });

  it('keep the event that began them', () => {
    const runs = runsOf(life, lane('connected'), start + 100_000);
    expect(runs.map(({ key, position }) => [key, position])).to.deep.equal([
      ['Connected', '0'],
      ['Disconnected', '20'],
      ['Connected', '30'],
    ]);
  });

  it('do not join over a gap', () => {
    expect(runsOf([interval(0, 5), interval(9, null)], lane('connected'), start + 20_000)).to.have.lengthOf(
      2,
    );
  });
});

describe('the pieces drawn', () => {
  it('are cut at the edges of the view', () => {
    const runs = runsOf(
      [interval(-50, 50), interval(50, null, { connected: false })],
      lane('connected'),
      start + 500_000,
    );
    const pieces = piecesOf(runs, view, 1_000);
    expect(pieces.map(({ x, width, tone }) => [x, width, tone])).to.deep.equal([
      [0, 500, 'good'],
      [500, 500, 'quiet'],
    ]);
  });

  it('gather what is too short to see, and show the worst of it', () => {
    const flicker = Array.from({ length: 10 }, (_, index) =>
      interval(index / 100, (index + 1) / 100, { healthy: index % 2 === 0 }),
    );
    const runs = runsOf([...flicker, interval(0.1, null)], lane('healthy'), start + 100_000);
    const pieces = piecesOf(runs, view, 1_000);
    expect(pieces[0]).to.include({ tone: 'bad', run: null });
    expect(pieces.length).to.be.below(4);
  });

  it('stay few, whatever the life', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 0, max: 99_999 }), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(cuts, (moments) => {
        const sorted = [...moments].sort((a, b) => a - b);
        const life = sorted.map((from, index) =>
          interval(from / 1000, sorted[index + 1] === undefined ? null : Number(sorted[index + 1]) / 1000, {
            connected: index % 2 === 0,
          }),
        );
        const pieces = piecesOf(runsOf(life, lane('connected'), view.to), view, 200);
        expect(pieces.length).to.be.at.most(102);
        expect(pieces.reduce((sum, { runs }) => sum + runs, 0)).to.equal(life.length);
      }),
    );
  });
});

describe('the marks of events', () => {
  it('gather events on the same pixels under the worst tone', () => {
    const marks = marksOf([event(50, 'bad'), event(10, 'good'), event(10.2, 'warn')], view, 1_000);
    expect(marks.map(({ x, tone, items }) => [x, tone, items.length])).to.deep.equal([
      [100, 'warn', 2],
      [500, 'bad', 1],
    ]);
  });

  it('leave out what is not in view', () => {
    expect(marksOf([event(-1, 'good'), event(101, 'good')], view, 1_000)).to.deep.equal([]);
  });
});

describe('moving through a life', () => {
  it('finds the change before and after a moment', () => {
    const life = [interval(0, 10), interval(10, 20), interval(20, null)];
    expect(changeNear(life, start + 12_000, -1)?.position).to.equal('10');
    expect(changeNear(life, start + 12_000, 1)?.position).to.equal('20');
    expect(changeNear(life, start, -1)).to.equal(null);
    expect(changeNear(life, start + 20_000, 1)).to.equal(null);
  });
});
