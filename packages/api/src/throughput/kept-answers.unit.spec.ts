import { expect } from 'chai';
import { KeptAnswers } from './kept-answers.ts';

describe('answers that are kept for a while', () => {
  it('are computed once until they are old, also for those who ask meanwhile', async () => {
    let computed = 0;
    const kept = new KeptAnswers<number>(1_000);
    const ask = (nowMs: number) => kept.of('a', async () => ++computed, nowMs);
    expect(await Promise.all([ask(0), ask(999)])).to.deep.equal([1, 1]);
    expect(await ask(1_000)).to.equal(2);
    expect(await kept.of('b', async () => ++computed, 1_000)).to.equal(3);
  });

  it('are not kept when they fail', async () => {
    const kept = new KeptAnswers<number>(1_000);
    const failed = await kept.of('a', () => Promise.reject(new Error('no')), 0).catch(String);
    expect(failed).to.equal('Error: no');
    expect(await kept.of('a', async () => 7, 1)).to.equal(7);
  });
});
