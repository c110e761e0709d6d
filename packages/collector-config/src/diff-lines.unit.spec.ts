import { expect } from 'chai';
import fc from 'fast-check';

import type { LineDiff } from './diff-lines.ts';
import { diffLines } from './diff-lines.ts';

function shown(diff: LineDiff): readonly string[] {
  const signs = { same: ' ', removed: '-', added: '+' };
  return diff.hunks.flatMap((hunk) => [
    `@ ${hunk.beforeStart} ${hunk.afterStart}`,
    ...hunk.lines.map((line) => `${signs[line.kind]}${line.text}`),
  ]);
}

describe('a line diff', () => {
  it('has hunks with line numbers and context', () => {
    const before = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`);
    const after = before.with(4, 'changed').toSpliced(15, 1);
    const diff = diffLines(before.join('\n'), after.join('\n'), { context: 1 });
    expect(shown(diff)).to.deep.equal([
      '@ 4 4',
      ' line 4',
      '-line 5',
      '+changed',
      ' line 6',
      '@ 15 15',
      ' line 15',
      '-line 16',
      ' line 17',
    ]);
    expect(diff).to.include({ added: 1, removed: 2, isCoarse: false });
    expect(diff.hunks[1]?.lines[2]).to.deep.equal({ kind: 'same', text: 'line 17', before: 17, after: 16 });
  });

  it('joins changes whose context touches', () => {
    expect(diffLines('a\nb\nc\nd\ne', 'A\nb\nc\nd\nE', { context: 3 }).hunks).to.have.length(1);
    expect(diffLines('a\nb\nc\nd\ne', 'A\nb\nc\nd\nE', { context: 1 }).hunks).to.have.length(2);
  });

  it('of equal texts has no hunks, whatever the line ends', () => {
    expect(diffLines('a\r\nb\r\n', 'a\nb').hunks).to.deep.equal([]);
    expect(diffLines('', '').hunks).to.deep.equal([]);
  });

  it('of texts that share too little is coarse', () => {
    const diff = diffLines('a\nb\nc', 'x\ny', { maxEdits: 2 });
    expect(diff).to.include({ isCoarse: true, removed: 3, added: 2 });
  });

  it('rebuilds both texts', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 });
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const all = diffLines(before.join('\n'), after.join('\n'), { context: 1000 });
        fc.pre(all.hunks.length > 0);
        const side = (without: string): readonly string[] =>
          all.hunks.flatMap((hunk) =>
            hunk.lines.filter((line) => line.kind !== without).map((line) => line.text),
          );
        expect(side('added')).to.deep.equal(before);
        expect(side('removed')).to.deep.equal(after);
      }),
    );
  });
});
