import { expect } from 'chai';
import { actionsOf } from './projection-states.ts';

type Standing = Parameters<typeof actionsOf>[0];

function row(change: Partial<Standing>): Standing {
  return {
    name: 'fleet',
    version: 1,
    slot: 'live',
    state: 'serving',
    state_before_failure: null,
    paused: false,
    held: false,
    comparison: null,
    request: null,
    ...change,
  };
}

describe('what an operator may ask of a projection', () => {
  const cases: readonly (readonly [string, Standing, readonly Standing[], readonly string[]])[] = [
    ['that serves alone', row({}), [], ['rebuild']],
    ['that serves beside its rebuild', row({}), [row({ slot: 'shadow', state: 'building' })], []],
    ['that is rebuilt', row({ slot: 'shadow', state: 'building' }), [row({})], ['pause', 'cancel']],
    [
      'whose rebuild rests',
      row({ slot: 'shadow', state: 'building', paused: true }),
      [row({})],
      ['resume', 'cancel'],
    ],
    [
      'whose rebuild waits',
      row({ slot: 'shadow', state: 'caught-up', held: true }),
      [row({})],
      ['pause', 'compare', 'switch', 'cancel'],
    ],
    ['whose rebuild failed', row({ slot: 'shadow', state: 'failed' }), [row({})], ['retry', 'cancel']],
    [
      'that failed while it served, beside a newer one',
      row({ state: 'failed', state_before_failure: 'serving' }),
      [row({ version: 2, state: 'caught-up' })],
      ['retry', 'rebuild'],
    ],
    [
      'that a newer one has replaced',
      row({ state: 'caught-up' }),
      [row({ version: 2 })],
      ['rebuild', 'compare', 'switch', 'retire'],
    ],
    ['that is retired', row({ state: 'retired' }), [row({ version: 2 })], []],
    ['that is being given up', row({ slot: 'shadow', state: 'building', request: 'cancel' }), [row({})], []],
  ];
  for (const [title, standing, others, expected] of cases) {
    it(`${title}: ${expected.join(', ') || 'nothing'}`, () => {
      expect(actionsOf(standing, [standing, ...others])).to.deep.equal(expected);
    });
  }
});
