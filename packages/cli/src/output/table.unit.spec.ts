import { expect } from 'chai';
import fc from 'fast-check';
import { type Column, renderTable } from './table.ts';

type Row = readonly [string, string];
const columns: readonly Column<Row>[] = [
  { title: 'NAME', of: ([name]) => name },
  { title: 'COUNT', of: ([, count]) => count, align: 'right' },
];

describe('a table', () => {
  it('lines its columns up, numbers to the right', () => {
    const rows: Row[] = [
      ['edge-fra-001', '7'],
      ['gw', '12345678'],
    ];
    expect(renderTable(columns, rows)).to.deep.equal([
      'NAME             COUNT',
      'edge-fra-001         7',
      'gw            12345678',
    ]);
  });

  it('lets nothing that an agent wrote move the cursor', () => {
    const [, line] = renderTable(columns, [['a\u001b[2Jb\nc\u009bd', '1']]);
    expect(line).to.match(/^a \[2Jb c d /);
  });

  it('fits into the width, as long as there is room for eight characters a column', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string(), fc.string())),
        fc.integer({ min: 20, max: 120 }),
        (rows, width) => {
          for (const line of renderTable(columns, rows, width)) expect([...line].length).to.be.at.most(width);
        },
      ),
    );
  });
});
