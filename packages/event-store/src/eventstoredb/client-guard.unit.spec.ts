import { expect } from 'chai';
import { guardAgainstClientFaults, isLateAnswer, isLeakedRejection } from './client-guard.ts';

function withStack<E extends Error>(error: E, ...frames: string[]): E {
  error.stack = [`${error.name}: ${error.message}`, ...frames.map((frame) => `    at x (${frame}:1:1)`)].join(
    '\n',
  );
  return error;
}

const client = '/app/node_modules/@eventstore/db-client/dist';

describe('the guard around the EventStoreDB client', () => {
  it("knows the client's own leaks", () => {
    expect(isLeakedRejection(withStack(new Error('x'), `${client}/utils/backpressuredWrite.js`))).to.equal(
      true,
    );
    const status = Object.assign(new Error('14 UNAVAILABLE'), { code: 14, details: 'dropped', metadata: {} });
    expect(isLeakedRejection(status)).to.equal(true);
    const late = new TypeError('promiseBank.get is not iterable');
    expect(isLateAnswer(withStack(late, `${client}/streams/appendToStream/batchAppend.js`))).to.equal(true);
  });

  it('takes nothing else for them', () => {
    expect(isLeakedRejection(new Error('ours'))).to.equal(false);
    expect(isLeakedRejection(Object.assign(new Error('pg'), { code: '57P01' }))).to.equal(false);
    expect(isLeakedRejection('text')).to.equal(false);
    expect(isLateAnswer(new TypeError('ours'))).to.equal(false);
    const deep = withStack(
      new TypeError('ours'),
      '/app/a.js',
      '/app/b.js',
      `${client}/streams/appendToStream/batchAppend.js`,
    );
    expect(isLateAnswer(deep)).to.equal(false);
  });

  it('goes when it is taken off', () => {
    const before = [process.listenerCount('unhandledRejection'), process.listenerCount('uncaughtException')];
    const takeOff = guardAgainstClientFaults();
    expect(process.listenerCount('unhandledRejection')).to.equal((before[0] ?? 0) + 1);
    takeOff();
    expect([
      process.listenerCount('unhandledRejection'),
      process.listenerCount('uncaughtException'),
    ]).to.deep.equal(before);
  });
});
