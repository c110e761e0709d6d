import { expect } from 'chai';
import fc from 'fast-check';
import {
  type AimedGroup,
  decideMembership,
  inOrderOfPrecedence,
  type SelectorVerdict,
} from './decide-membership.ts';

const group = (groupId: string, changes: Partial<AimedGroup> = {}): AimedGroup => ({
  groupId,
  mode: 'dynamic',
  priority: 0,
  createdAt: 1n,
  ...changes,
});

function decide(
  groups: readonly AimedGroup[],
  verdicts: Readonly<Record<string, SelectorVerdict>>,
  current?: AimedGroup,
) {
  return decideMembership({
    current,
    isOrphaned: false,
    groups: inOrderOfPrecedence(groups),
    verdictOf: ({ groupId }) => verdicts[groupId] ?? 'no-match',
  });
}

describe('where an agent belongs', () => {
  it('is the matching group of the highest priority', () => {
    const groups = [group('low', { priority: 1 }), group('high', { priority: 9 })];
    expect(decide(groups, { low: 'match', high: 'match' })).to.deep.equal({ kind: 'join', groupId: 'high' });
  });

  it('is the older group where priorities are equal', () => {
    const groups = [group('younger', { createdAt: 9n }), group('older', { createdAt: 2n })];
    expect(decide(groups, { younger: 'match', older: 'match' })).to.deep.equal({
      kind: 'join',
      groupId: 'older',
    });
  });

  it('is where somebody has put it, whatever matches', () => {
    const chosen = group('chosen', { mode: 'static' });
    expect(decide([group('dynamic'), chosen], { dynamic: 'match' }, chosen)).to.deep.equal({ kind: 'stay' });
  });

  it('is no group any more when its own no longer matches', () => {
    const own = group('own');
    expect(decide([own], {}, own)).to.deep.equal({ kind: 'leave', reason: 'selector' });
  });

  it('stays as it is while its own selector cannot be evaluated', () => {
    const own = group('own', { priority: 2 });
    expect(decide([own, group('other')], { own: 'error', other: 'match' }, own)).to.deep.equal({
      kind: 'stay',
    });
  });

  it('is never a group whose selector cannot be evaluated', () => {
    const groups = [group('broken', { priority: 9 }), group('whole')];
    expect(decide(groups, { broken: 'error', whole: 'match' })).to.deep.equal({
      kind: 'join',
      groupId: 'whole',
    });
  });

  it('is none when its group was deleted and no other matches', () => {
    const answer = decideMembership({
      current: undefined,
      isOrphaned: true,
      groups: [],
      verdictOf: () => 'match',
    });
    expect(answer).to.deep.equal({ kind: 'leave', reason: 'group-deleted' });
  });

  it('is settled once decided, in whatever order the groups are given', () => {
    const aGroup = fc.record({
      priority: fc.integer({ min: -2, max: 2 }),
      createdAt: fc.bigInt({ min: 1n, max: 3n }),
      verdict: fc.constantFrom<SelectorVerdict>('match', 'no-match', 'error'),
    });
    fc.assert(
      fc.property(fc.array(aGroup, { maxLength: 6 }), fc.nat(), (drawn, at) => {
        const groups = drawn.map(({ priority, createdAt }, index) =>
          group(`g${index}`, { priority, createdAt }),
        );
        const verdicts = Object.fromEntries(drawn.map(({ verdict }, index) => [`g${index}`, verdict]));
        const first = groups.length > 0 ? groups[at % (groups.length + 1)] : undefined;
        const answer = decide(groups, verdicts, first);
        expect(decide(groups.toReversed(), verdicts, first)).to.deep.equal(answer);
        const next =
          answer.kind === 'join'
            ? groups.find(({ groupId }) => groupId === answer.groupId)
            : answer.kind === 'leave'
              ? undefined
              : first;
        expect(decide(groups, verdicts, next)).to.deep.equal({ kind: 'stay' });
      }),
    );
  });
});
