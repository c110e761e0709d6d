import type { GroupPreview, GroupRow } from '@ampora/api-contract';
import { expect } from 'chai';
import { contestsIn } from './contests.ts';

const group = (id: string) => ({ id, name: id.toUpperCase() }) as GroupRow;
type Contested = GroupPreview['contested'][number];
const preview = (...contested: Contested[]) => ({ contested }) as unknown as GroupPreview;
const rival = (groupId: string, agents: number, wins: boolean, mode: Contested['mode'] = 'dynamic') => ({
  groupId,
  name: groupId.toUpperCase(),
  priority: 0,
  mode,
  wins,
  agents,
});

describe('groups that want the same agents', () => {
  it('are told of once, whichever of them was asked', () => {
    const found = contestsIn([
      { group: group('a'), preview: preview(rival('b', 3, true)) },
      { group: group('b'), preview: preview(rival('a', 3, false)) },
    ]);
    expect(found.map(({ winner, loser, agents }) => [winner.id, loser.id, agents])).to.deep.equal([
      ['b', 'a', 3],
    ]);
  });

  it('come with the largest first, and say who was chosen by hand', () => {
    const found = contestsIn([
      { group: group('a'), preview: preview(rival('b', 1, false), rival('c', 9, true, 'static')) },
    ]);
    expect(found.map(({ winner, byHand }) => [winner.name, byHand])).to.deep.equal([
      ['C', true],
      ['A', false],
    ]);
  });
});
