import { expect } from 'chai';
import { createVerdictMemo, type DriftInput, judgeDrift, type Verdict } from './judge-drift.ts';

const wanted = { configurationId: 'c', version: 1, contentHash: 'a', configHash: 'h' };
const supervisor = String(0x1807);
const extension = String(0x4805);
const settled: DriftInput = {
  wanted,
  capabilities: supervisor,
  status: 'applied',
  statusHash: 'h',
  statusError: '',
  files: [{ name: '', contentHash: 'e' }],
  healthy: true,
};
const verdict = (outcome: Verdict['outcome']): Verdict => ({
  outcome,
  reason: outcome === 'unreadable' ? 'cannot be read' : '',
  differences: [],
  unknowns: [],
  omitted: 0,
});

describe('drift', () => {
  const cases: [string, Partial<DriftInput>, Verdict['outcome'], string][] = [
    ['nothing assigned', { wanted: null }, 'contained', 'unassigned'],
    ['applied, contained, healthy', {}, 'contained', 'in-sync'],
    ['applied, contained, not healthy', { healthy: false }, 'contained', 'unhealthy'],
    ['says applied, runs something else', {}, 'differs', 'changed'],
    ['a status for another hash', { statusHash: 'x' }, 'contained', 'pending'],
    ['applying', { status: 'applying' }, 'differs', 'pending'],
    ['failed', { status: 'failed', statusError: 'no' }, 'contained', 'rejected'],
    ['applied, nothing reported', { files: null }, 'contained', 'unknown'],
    ['a report that cannot be read', {}, 'unreadable', 'unknown'],
    [
      'an extension that runs it',
      { capabilities: extension, status: 'unset', statusHash: '' },
      'contained',
      'in-sync',
    ],
    [
      'an extension that does not',
      { capabilities: extension, status: 'unset', statusHash: '' },
      'differs',
      'changed',
    ],
    ['no status reports, not yet there', { capabilities: '3', status: 'unset' }, 'differs', 'pending'],
  ];
  for (const [title, change, outcome, state] of cases)
    it(`is ${state} with ${title}`, () => {
      expect(judgeDrift({ ...settled, ...change }, () => verdict(outcome)).state).to.equal(state);
    });

  it('says of an agent that takes no configuration that it can only be watched', () => {
    const drift = judgeDrift({ ...settled, wanted: null, capabilities: extension }, () =>
      verdict('contained'),
    );
    expect(drift).to.deep.include({ state: 'unassigned', verdict: null });
    expect(drift.explanation).to.contain('only be watched');
  });

  it('names each path that is missing, and remembers the comparison', () => {
    const compare = createVerdictMemo();
    const texts: Record<string, string> = { a: 'receivers: {otlp: {}}\n', e: 'receivers: {nop: {}}\n' };
    let lookups = 0;
    const content = (hash: string) => {
      lookups += 1;
      return texts[hash];
    };
    const files = [{ name: '', contentHash: 'e' }];
    expect(compare('a', files, content)?.differences.map(({ path }) => path)).to.deep.equal([
      'receivers.otlp',
    ]);
    expect(compare('a', files, content)?.outcome).to.equal('differs');
    expect(lookups).to.equal(2);
    expect(compare('a', [{ name: '', contentHash: 'gone' }], content)).to.equal(undefined);
  });
});
