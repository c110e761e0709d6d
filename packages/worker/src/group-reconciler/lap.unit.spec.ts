import { expect } from 'chai';
import fc from 'fast-check';
import { Lap } from './lap.ts';

const ids = Array.from({ length: 23 }, (_, index) => String(index).padStart(2, '0'));

describe('a lap', () => {
  it('comes by every agent after the last change, and ends', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 5 }),
        (size, changes) => {
          const lap = new Lap();
          lap.begin();
          let seen = new Set<string>();
          let pages = 0;
          while (lap.isRunning) {
            if (changes.includes(pages)) {
              lap.begin();
              seen = new Set();
            }
            const { after } = lap;
            const page = ids.filter((id) => after === undefined || id > after).slice(0, size);
            for (const id of page) seen.add(id);
            lap.passed(page.length < size ? undefined : page.at(-1));
            expect(++pages).to.be.lessThan(200);
          }
          expect([...seen].toSorted()).to.deep.equal(ids);
        },
      ),
    );
  });

  it('can be run again', () => {
    const lap = new Lap();
    lap.begin();
    lap.passed(undefined);
    expect(lap.isRunning).to.equal(false);
    lap.begin();
    expect(lap).to.include({ isRunning: true, after: undefined });
  });
});
