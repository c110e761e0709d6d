import { expect } from 'chai';
import fc from 'fast-check';
import {
  type Damped,
  type Damping,
  dueAt,
  elapse,
  nothingStated,
  observe,
  resumeDamping,
  type Statement,
} from './damping.ts';

interface Stated {
  readonly atMs: number;
  readonly digest: string;
  readonly statement: Statement;
}

/** Drives the machine as its caller does: observations in time, and every timer when it is due. */
function run(observations: readonly { atMs: number; digest: string }[], untilMs: number) {
  let damping: Damping = resumeDamping(nothingStated, 0);
  const stated: Stated[] = [];
  const take = (damped: Damped, atMs: number) => {
    damping = damped.damping;
    if (damped.statement) stated.push({ atMs, digest: damping.current, statement: damped.statement });
  };
  const pass = (atMs: number) => {
    for (let due = dueAt(damping); due !== null && due <= atMs; due = dueAt(damping))
      take(elapse(damping, due), due);
  };
  for (const { atMs, digest } of observations) {
    pass(atMs);
    take(observe(damping, digest, atMs), atMs);
  }
  pass(untilMs);
  return { damping, stated };
}

const DAY = 24 * 3600_000;

function every(ms: number, untilMs: number, digests: readonly string[]) {
  return Array.from({ length: Math.floor(untilMs / ms) }, (_, index) => ({
    atMs: index * ms,
    digest: digests[index % digests.length] as string,
  }));
}

describe('damping', () => {
  it('states a new state at once', () => {
    const { stated } = run([{ atMs: 5, digest: 'a' }], 5);
    expect(stated).to.deep.equal([{ atMs: 5, digest: 'a', statement: { kind: 'changed', changes: 1 } }]);
  });

  it('states nothing for a repeat', () => {
    const { stated } = run(every(1_000, 60_000, ['a']), DAY);
    expect(stated).to.have.length(1);
  });

  it('law, without gathering: each state not had before is stated at once, and nothing is ever held', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(5_000), fc.nat(9)), { maxLength: 60 }), (steps) => {
        let damping: Damping = resumeDamping(nothingStated, 0);
        let atMs = 0;
        const seen = new Set<string>();
        for (const [afterMs, state] of steps) {
          atMs += afterMs;
          const digest = `s${state}`;
          const damped = observe(damping, digest, atMs, { leading: true, gather: false });
          damping = damped.damping;
          if (!seen.has(digest)) expect(damped.statement).to.deep.equal({ kind: 'changed', changes: 1 });
          expect(damped.held).to.equal(false);
          expect(damping.gathering).to.equal(null);
          seen.add(digest);
        }
      }),
    );
  });

  it('gathers a burst into one statement when it has been quiet for 100 ms', () => {
    const burst = ['a', 'b', 'c', 'd'].map((digest, index) => ({ atMs: index * 10, digest }));
    const { stated } = run(burst, 1_000);
    expect(stated.map(({ atMs, digest, statement }) => [atMs, digest, statement.changes])).to.deep.equal([
      [0, 'a', 1],
      [130, 'd', 3],
    ]);
  });

  it('closes a burst that goes on after 250 ms', () => {
    const { stated } = run(
      Array.from({ length: 30 }, (_, index) => ({ atMs: index * 10, digest: `s${index}` })),
      2_000,
    );
    expect(stated.map(({ atMs }) => atMs)).to.deep.equal([0, 250, 390]);
  });

  it('makes one episode of a state that keeps returning, restated at doubling intervals and once when settled', () => {
    const { stated } = run(every(5_000, 3600_000, ['up', 'down']), DAY);
    const flapping = stated.filter(({ statement }) => statement.kind === 'flapping');
    const gaps = flapping.slice(1, -1).map(({ atMs }, index) => atMs - (flapping[index] as Stated).atMs);
    expect(gaps.slice(1).every((gap, index) => gap >= (gaps[index] as number))).to.equal(true);
    expect(stated.length).to.be.below(20);
    expect(flapping.at(-1)?.statement).to.include({ kind: 'flapping', settled: true });
  });

  for (const [seconds, states] of [
    [5, 2],
    [5, 3],
    [90, 2],
    [300, 2],
    [1, 4],
    [12, 2],
    [60, 3],
    [600, 2],
  ] as const) {
    it(`leaves few statements of a day that changes every ${seconds} s among ${states} states`, () => {
      const digests = Array.from({ length: states }, (_, index) => `s${index}`);
      const { stated, damping } = run(every(seconds * 1_000, DAY, digests), DAY + 3 * 3600_000);
      expect(stated.length).to.be.below(25);
      expect(stated.at(-1)?.digest).to.equal(damping.current);
    });
  }

  it('states the last of a hasty to and fro within ten seconds, however long the state before it was held', () => {
    const hasty = Array.from({ length: 9 }, (_, index) => ({
      atMs: 20 * 60_000 + index * 2_000,
      digest: index % 2 === 0 ? 'b' : 'a',
    }));
    const lastMs = hasty.at(-1)!.atMs;
    const { stated } = run([{ atMs: 0, digest: 'a' }, ...hasty], lastMs + 10_000);
    expect(stated.at(-1)).to.deep.include({ digest: 'b', atMs: lastMs + 10_000 });
    expect(stated.at(-1)?.statement).to.include({ kind: 'flapping', settled: true });
  });

  it('law: waits for the last state three times as long with each episode, and never more than an hour', () => {
    const gap = fc.integer({ min: 1, max: 1_700 });
    fc.assert(
      fc.property(fc.array(gap, { maxLength: 60 }), (gaps) => {
        let atMs = 0;
        const observations = gaps.map((seconds, index) => ({
          atMs: (atMs += seconds * 1_000),
          digest: index % 2 === 0 ? 'a' : 'b',
        }));
        const { stated } = run(observations, atMs);
        const begun = stated.filter(({ statement }, index) => {
          const before = stated[index - 1]?.statement;
          const isInside = before?.kind === 'flapping' && !before.settled;
          return statement.kind === 'flapping' && !isInside;
        }).length;
        const boundMs = Math.min(3600_000, 10_000 * 3 ** Math.max(0, begun - 1));
        const after = run(observations, atMs + boundMs);
        expect(after.stated.at(-1)?.digest).to.equal(observations.at(-1)?.digest);
        expect(dueAt(after.damping)).to.equal(null);
      }),
    );
  });

  it('states a new state at once, also within an episode', () => {
    const flap = every(5_000, 600_000, ['up', 'down']);
    const { stated } = run([...flap, { atMs: 601_000, digest: 'new' }], 601_000);
    expect(stated.at(-1)).to.deep.equal({
      atMs: 601_000,
      digest: 'new',
      statement: { kind: 'changed', changes: 1 },
    });
  });

  it('goes on with an episode after a restart', () => {
    const resumed = resumeDamping(
      { digest: 'up', recent: ['down', 'up'], episode: { sinceMs: 0, untilMs: 60_000, changes: 12 } },
      100_000,
    );
    const damped = observe(resumed, 'down', 101_000);
    expect(damped.statement).to.equal(null);
    expect(damped.damping.episode?.changes).to.equal(13);
  });

  const histories = fc.array(
    fc.record({
      afterMs: fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 7_200_000 })),
      digest: fc.constantFrom('a', 'b', 'c', 'd'),
    }),
    { maxLength: 120 },
  );

  it('loses nothing: after all has settled the last statement is about the last state', () => {
    fc.assert(
      fc.property(histories, (steps) => {
        let atMs = 0;
        const observations = steps.map(({ afterMs, digest }) => ({ atMs: (atMs += afterMs), digest }));
        const { stated } = run(observations, atMs + 10 * DAY);
        expect(stated.at(-1)?.digest).to.equal(observations.at(-1)?.digest);
      }),
    );
  });

  it('counts every change exactly once', () => {
    fc.assert(
      fc.property(histories, (steps) => {
        let atMs = 0;
        const observations = steps.map(({ afterMs, digest }) => ({ atMs: (atMs += afterMs), digest }));
        const changes = observations.filter(
          ({ digest }, index) => digest !== observations[index - 1]?.digest,
        ).length;
        const { stated } = run(observations, atMs + 10 * DAY);
        const counted = stated.reduce((sum, { statement }) => {
          if (statement.kind === 'changed') return sum + statement.changes;
          return statement.settled ? sum + statement.changes : sum;
        }, 0);
        expect(counted).to.equal(changes);
      }),
    );
  });

  it('always comes to rest', () => {
    fc.assert(
      fc.property(histories, (steps) => {
        let atMs = 0;
        const observations = steps.map(({ afterMs, digest }) => ({ atMs: (atMs += afterMs), digest }));
        expect(dueAt(run(observations, atMs + 10 * DAY).damping)).to.equal(null);
      }),
    );
  });
});
