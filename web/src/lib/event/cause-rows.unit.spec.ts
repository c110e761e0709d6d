import { expect } from 'chai';
import { type CauseNode, causeRows } from './cause-rows.ts';

const node = (id: string, parentId: string | null, position: number, type = id): CauseNode => ({
  event: { id, position: String(position), type },
  parentId,
});
const drawn = (nodes: readonly CauseNode[], focus: string, opened?: ReadonlySet<string>, most?: number) =>
  causeRows(nodes, focus, opened, most ?? 4).map((row) => {
    const rails = row.rails.map((goesOn) => (goesOn ? '|' : ' ')).join('');
    const name =
      row.kind === 'event' ? `${row.node.event.id}${row.isFocus ? '*' : ''}` : `${row.count} ${row.type}`;
    return `${rails}${row.isLast ? '`' : '+'}${name}`;
  });

describe('the causation tree', () => {
  it('draws consequences under their cause, in the order of the log', () => {
    const nodes = [
      node('assigned', null, 1),
      node('offered-2', 'assigned', 10),
      node('offered-1', 'assigned', 9),
      node('applied', 'offered-1', 12),
    ];
    expect(drawn(nodes, 'applied')).to.deep.equal(['`assigned', '+offered-1', '|`applied*', '`offered-2']);
  });

  it('has a root for what is caused by nothing that is known', () => {
    expect(drawn([node('a', 'elsewhere', 1), node('b', null, 2)], 'b')).to.deep.equal(['+a', '`b*']);
  });

  it('folds many alike, but never the way to the focus', () => {
    const nodes = [
      node('assigned', null, 1),
      ...Array.from({ length: 9 }, (_, index) => node(`o${index}`, 'assigned', 10 + index, 'Offered')),
      node('applied', 'o7', 30),
    ];
    expect(drawn(nodes, 'applied', new Set(), 2)).to.deep.equal([
      '`assigned',
      '+o0',
      '+o1',
      '+o7',
      '|`applied*',
      '`6 Offered',
    ]);
    expect(drawn(nodes, 'applied', new Set(['assigned']), 2)).to.have.lengthOf(11);
  });

  it('ends, even where events name one another as their cause', () => {
    expect(drawn([node('a', 'b', 1), node('b', 'a', 2)], 'a')).to.deep.equal([]);
  });
});
