import { expect } from 'chai';
import fc from 'fast-check';
import { type BisectGroups, isClear, rankSuspects, type Suspect } from './rank-suspects.ts';

/** A seeded history: who was touched by what, and who fell ill. */
interface History {
  readonly suspects: readonly Suspect[];
  readonly groups: BisectGroups;
  readonly planted: string;
}

interface Faults {
  readonly agents: number;
  readonly changes: number;
  /** Of the touched, the share that falls ill; of the others, the share that falls ill by itself. */
  readonly illWhenTouched: number;
  readonly illAnyway: number;
}

function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Every change touches the agent in question (0) and a share of the others of its own; one of them makes ill. */
function makeHistory(seed: number, { agents, changes, illWhenTouched, illAnyway }: Faults): History {
  const random = mulberry(seed);
  const touchedBy = Array.from({ length: changes }, (_, change) => {
    const share = change === 0 ? 0.1 + 0.8 * random() : random();
    return Array.from({ length: agents }, (__, agent) => agent === 0 || random() < share);
  });
  const ill = Array.from({ length: agents }, (_, agent) => {
    if (agent === 0) return true;
    return random() < (touchedBy[0]?.[agent] ? illWhenTouched : illAnyway);
  });
  const count = (matches: (agent: number) => boolean) => ill.filter((_, agent) => matches(agent)).length;
  const suspects = touchedBy.map((touched, change): Suspect => ({
    key: `change-${change}`,
    nature: random() < 0.5 ? 'act' : 'report',
    position: BigInt(1 + Math.floor(random() * 1e6)),
    touchedAffected: count((agent) => touched[agent] === true && ill[agent] === true),
    touchedUnaffected: count((agent) => touched[agent] === true && ill[agent] !== true),
    followingAffected: 0,
    followingUnaffected: 0,
    medianLagMs: Math.floor(random() * 3_600_000),
  }));
  const affected = count((agent) => ill[agent] === true);
  return { suspects, groups: { affected, unaffected: agents - affected }, planted: 'change-0' };
}

function precision(faults: Faults, histories = 400): number {
  let first = 0;
  for (let seed = 1; seed <= histories; seed++) {
    const { suspects, groups, planted } = makeHistory(seed, faults);
    if (rankSuspects(suspects, groups)[0]?.key === planted) first++;
  }
  return first / histories;
}

describe('ranking suspects', () => {
  it('names the planted change first when it makes ill whom it touches and nobody else is ill', () => {
    expect(precision({ agents: 100, changes: 30, illWhenTouched: 1, illAnyway: 0 })).to.be.at.least(0.99);
  });

  for (const agents of [100, 1_000])
    it(`names it in 95 of 100 histories of ${agents} agents when 30 % of the touched stay well and 5 % of the others fall ill`, () => {
      const faults = { agents, changes: 30, illWhenTouched: 0.7, illAnyway: 0.05 };
      expect(precision(faults)).to.be.at.least(0.95);
    });

  it('is no better than chance when nothing is the cause, so that the figures above mean something', () => {
    const chance = precision({ agents: 200, changes: 30, illWhenTouched: 0.2, illAnyway: 0.2 });
    expect(chance).to.be.at.most(0.2);
  });

  const base: Suspect = {
    key: 'one',
    nature: 'act',
    position: 10n,
    touchedAffected: 1,
    touchedUnaffected: 0,
    followingAffected: 0,
    followingUnaffected: 0,
    medianLagMs: 60_000,
  };
  const alone: BisectGroups = { affected: 1, unaffected: 9 };

  it('puts the act before the reports that follow from it, however much better these overlap', () => {
    const groups = { affected: 20, unaffected: 80 };
    const act = { ...base, key: 'assigned', touchedAffected: 20, touchedUnaffected: 20, medianLagMs: 30_000 };
    const report: Suspect = {
      ...base,
      key: 'runs',
      nature: 'report',
      touchedAffected: 20,
      touchedUnaffected: 2,
      followingAffected: 20,
      followingUnaffected: 2,
      medianLagMs: 1_000,
    };
    const [first, second] = rankSuspects([report, act], groups);
    expect([first?.key, second?.key]).to.deep.equal(['assigned', 'runs']);
    expect(second?.reason).to.contain('right after an act');
  });

  it('takes what came closer to the turn among equals, and says when it cannot tell them apart', () => {
    const ranked = rankSuspects([base, { ...base, key: 'near', medianLagMs: 1_000 }], alone);
    expect(ranked.map(({ key }) => key)).to.deep.equal(['near', 'one']);
    expect(isClear(ranked)).to.equal(false);
    expect(isClear(rankSuspects([base], alone))).to.equal(true);
    expect(isClear([])).to.equal(false);
    expect(isClear([{ score: 0.01 }]), 'alone, and explaining nothing').to.equal(false);
  });

  it('says why in figures', () => {
    const [ranked] = rankSuspects(
      [{ ...base, touchedAffected: 18, touchedUnaffected: 2, medianLagMs: 42_000 }],
      { affected: 20, unaffected: 80 },
    );
    expect(ranked?.reason).to.equal(
      'It touched 18 of the 20 agents that fell ill and 2 of the 80 agents that stayed healthy; from it to the turn: 42 seconds (median).',
    );
  });

  it('scores between 0 and 1, more for each hit and less for each miss, in an order that does not depend on the given one', () => {
    const aSuspect = fc
      .record({
        key: fc.uuid(),
        nature: fc.constantFrom('act' as const, 'report' as const),
        position: fc.bigInt(1n, 1000n),
        touchedAffected: fc.integer({ min: 0, max: 50 }),
        touchedUnaffected: fc.integer({ min: 0, max: 50 }),
        medianLagMs: fc.option(fc.nat(10_000)),
      })
      .map((suspect): Suspect => ({ ...suspect, followingAffected: 0, followingUnaffected: 0 }));
    const groups = { affected: 50, unaffected: 50 };
    fc.assert(
      fc.property(fc.uniqueArray(aSuspect, { selector: ({ position }) => position }), (suspects) => {
        const ranked = rankSuspects(suspects, groups);
        expect(rankSuspects(suspects.toReversed(), groups)).to.deep.equal(ranked);
        for (const { score, ...suspect } of ranked) {
          expect(score).to.be.within(0, 1);
          const [hit] = rankSuspects([{ ...suspect, touchedAffected: suspect.touchedAffected + 1 }], groups);
          const [miss] = rankSuspects(
            [{ ...suspect, touchedUnaffected: suspect.touchedUnaffected + 1 }],
            groups,
          );
          expect(hit?.score).to.be.greaterThan(score);
          expect(miss?.score).to.be.at.most(score);
        }
      }),
    );
  });
});
