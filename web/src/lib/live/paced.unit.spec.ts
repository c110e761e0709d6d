import { expect } from 'chai';
import { Paced } from './paced.ts';

function setUp(everyMs: number) {
  let now = 0;
  const timers: { at: number; then: () => void }[] = [];
  const runs: number[] = [];
  let finish: () => void = () => undefined;
  const task = () => {
    runs.push(now);
    return new Promise<void>((resolve) => {
      finish = resolve;
    });
  };
  const paced = new Paced(everyMs, task, {
    now: () => now,
    wait: (ms, then) => {
      const timer = { at: now + ms, then };
      timers.push(timer);
      return () => timers.splice(timers.indexOf(timer), 1);
    },
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    paced,
    runs,
    async advance(ms: number) {
      now += ms;
      for (const timer of timers.filter(({ at }) => at <= now)) {
        timers.splice(timers.indexOf(timer), 1);
        timer.then();
      }
      await settle();
    },
    async finish() {
      finish();
      await settle();
    },
  };
}

describe('a paced task', () => {
  it('runs at once after a rest', () => {
    const { paced, runs } = setUp(500);
    paced.ask();
    expect(runs).to.deep.equal([0]);
  });

  it('gathers what is asked while it rests into one run', async () => {
    const { paced, runs, advance, finish } = setUp(500);
    paced.ask();
    await finish();
    await advance(100);
    paced.ask();
    paced.ask();
    expect(runs).to.deep.equal([0]);
    await advance(400);
    expect(runs).to.deep.equal([0, 500]);
  });

  it('never overlaps itself, and runs once more for what came meanwhile', async () => {
    const { paced, runs, advance, finish } = setUp(500);
    paced.ask();
    await advance(2_000);
    paced.ask();
    expect(runs).to.deep.equal([0]);
    await finish();
    expect(runs).to.deep.equal([0, 2_000]);
  });

  it('does nothing once stopped', async () => {
    const { paced, runs, advance, finish } = setUp(500);
    paced.ask();
    await finish();
    paced.ask();
    paced.stop();
    await advance(1_000);
    paced.ask();
    expect(runs).to.deep.equal([0]);
  });
});
