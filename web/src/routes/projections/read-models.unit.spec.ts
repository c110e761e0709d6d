import type { ProjectionRow } from '@ampora/api-contract';
import { expect } from 'chai';
import { gather, isBusy, offersOf, standing } from './read-models.ts';

const row = (over: Partial<ProjectionRow> = {}): ProjectionRow => ({
  name: 'fleet',
  version: 2,
  slot: 'live',
  state: 'serving',
  paused: false,
  held: false,
  share: 1,
  position: '100',
  head: '100',
  lagEvents: 0,
  lagSeconds: 0,
  rate: 0,
  eventsDone: 100,
  progress: 1,
  etaSeconds: null,
  failure: null,
  lastError: null,
  poisonPosition: null,
  pending: null,
  tables: [],
  comparison: null,
  actions: [],
  startedAt: '2026-03-01T00:00:00.000Z',
  updatedAt: '2026-03-01T00:00:00.000Z',
  owner: null,
  ...over,
});
const partsOf = (rows: readonly ProjectionRow[]) =>
  gather(rows)[0]?.builds.map(({ part, row: { version, slot } }) => `${part} v${version} ${slot}`);

describe('read models', () => {
  it('have what serves first, then what grows, then what served before', () => {
    expect(
      partsOf([
        row({ version: 1, state: 'caught-up' }),
        row({ version: 3, state: 'building' }),
        row({ slot: 'rebuild', state: 'building' }),
        row(),
      ]),
    ).to.deep.equal(['serving v2 live', 'growing v3 live', 'growing v2 rebuild', 'former v1 live']);
  });

  it('keep a version that stopped as the one that answers', () => {
    expect(partsOf([row({ state: 'failed' })])).to.deep.equal(['serving v2 live']);
    expect(partsOf([row({ version: 1, state: 'failed' }), row({ state: 'building' })])).to.deep.equal([
      'serving v1 live',
      'growing v2 live',
    ]);
  });

  it('grow when nothing serves yet', () => {
    expect(partsOf([row({ state: 'building' })])).to.deep.equal(['growing v2 live']);
  });

  it('put retired versions aside, and what failed on top', () => {
    const models = gather([
      row({ name: 'assignments' }),
      row({ name: 'fleet', state: 'failed' }),
      row({ name: 'fleet', version: 1, state: 'retired' }),
    ]);
    expect(models.map(({ name }) => name)).to.deep.equal(['fleet', 'assignments']);
    expect(models[0]?.retired).to.have.length(1);
    expect(standing(models)).to.deep.equal({ failed: 1, building: 0, behind: 0 });
  });

  it('offer what is allowed, and say why the expected is not', () => {
    expect(offersOf({ row: row({ actions: ['rebuild'] }), part: 'serving' })).to.deep.equal([
      { action: 'rebuild', refusal: null },
    ]);
    const growing = offersOf({
      row: row({ slot: 'rebuild', state: 'building', actions: ['pause', 'cancel'] }),
      part: 'growing',
    });
    expect(growing.map(({ action }) => action)).to.deep.equal(['pause', 'compare', 'switch', 'cancel']);
    expect(growing[1]?.refusal).to.match(/not caught up/);
    expect(offersOf({ row: row({ pending: 'rebuild' }), part: 'serving' })[0]?.refusal).to.match(/rebuild/);
  });

  it('are looked at again soon while something moves', () => {
    expect(isBusy([row()])).to.equal(false);
    expect(isBusy([row(), row({ state: 'building' })])).to.equal(true);
    expect(isBusy([row({ pending: 'rebuild' })])).to.equal(true);
  });
});
