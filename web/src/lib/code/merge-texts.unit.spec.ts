import { expect } from 'chai';
import fc from 'fast-check';
import { mergedText, mergeTexts } from './merge-texts.ts';

const base = ['a: 1', 'b: 2', 'c: 3', 'd: 4', 'e: 5', 'f: 6', ''].join('\n');
const kinds = (theirs: string, mine: string) => mergeTexts(base, theirs, mine).places.map(({ kind }) => kind);

describe('two texts that come from one', () => {
  it('are merged where each person changed other lines', () => {
    const theirs = base.replace('a: 1', 'a: 10');
    const mine = base.replace('e: 5', 'e: 50\ne2: 51');
    const merge = mergeTexts(base, theirs, mine);
    expect(kinds(theirs, mine)).to.deep.equal(['theirs', 'mine']);
    expect(mergedText(merge, [])).to.equal(mine.replace('a: 1', 'a: 10'));
  });

  it('conflict where both changed the same line, and the choice decides', () => {
    const merge = mergeTexts(base, base.replace('c: 3', 'c: 30'), base.replace('c: 3', 'c: 31'));
    expect(merge.conflicts).to.have.length(1);
    expect(merge.conflicts[0]).to.deep.include({ base: ['c: 3'], theirs: ['c: 30'], mine: ['c: 31'] });
    expect(mergedText(merge, ['mine'])).to.equal(base.replace('c: 3', 'c: 31'));
    expect(mergedText(merge, ['theirs'])).to.equal(base.replace('c: 3', 'c: 30'));
    expect(mergedText(merge, ['both'])).to.equal(base.replace('c: 3', 'c: 30\nc: 31'));
  });

  it('agree where both made the same change', () => {
    const both = base.replace('c: 3', 'c: 30');
    expect(kinds(both, both)).to.deep.equal(['same']);
    expect(mergedText(mergeTexts(base, both, both), [])).to.equal(both);
  });

  it('conflict where one emptied a line that the other took out', () => {
    expect(kinds(base.replace('c: 3', ''), base.replace('c: 3\n', ''))).to.deep.equal(['conflict']);
  });

  it('conflict where one deleted what the other changed', () => {
    const merge = mergeTexts(base, base.replace('c: 3\n', ''), base.replace('c: 3', 'c: 31'));
    expect(merge.conflicts).to.have.length(1);
    expect(mergedText(merge, ['theirs'])).to.equal(base.replace('c: 3\n', ''));
  });

  it('take changes at the very end, with and without a line end', () => {
    const mine = `${base}g: 7`;
    expect(mergedText(mergeTexts(base, base.replace('a: 1', 'a: 9'), mine), [])).to.equal(
      mine.replace('a: 1', 'a: 9'),
    );
    expect(mergedText(mergeTexts('', 'x: 1', ''), [])).to.equal('x: 1');
  });

  const text = fc
    .array(fc.constantFrom('a: 1', 'b: 2', 'c: 3', '  d: 4', '', '# e'), { maxLength: 12 })
    .map((lines) => lines.join('\n'));
  it('give one of them whole when the other changed nothing, whatever they are', () => {
    fc.assert(
      fc.property(text, text, (was, now) => {
        expect(mergedText(mergeTexts(was, now, was), [])).to.equal(now);
        expect(mergedText(mergeTexts(was, was, now), [])).to.equal(now);
        expect(mergedText(mergeTexts(was, now, now), [])).to.equal(now);
      }),
    );
  });

  it('have conflicts only, or merge to what either says, whoever is called mine', () => {
    fc.assert(
      fc.property(text, text, text, (was, one, two) => {
        const merge = mergeTexts(was, one, two);
        const swapped = mergeTexts(was, two, one);
        expect(swapped.conflicts.length).to.equal(merge.conflicts.length);
        if (merge.conflicts.length === 0) expect(mergedText(merge, [])).to.equal(mergedText(swapped, []));
      }),
    );
  });
});
