import { ApiProblem } from '@ampora/api-contract';
import { expect } from 'chai';
import { InvalidArgumentError } from 'commander';
import { CommandFailure } from '../command-failure.ts';
import { exitCodes } from '../exit-codes.ts';
import { toCount, toDurationMs, toList } from './api-command.ts';
import { explainRequestFailure } from './explain-failure.ts';
import { parseConfigurationName } from './resolve.ts';

const url = 'http://localhost:8080';
const problemOf = (status: number, also: object = {}) =>
  new ApiProblem({
    type: 'about:blank',
    title: 'No',
    status,
    code: 'some/code',
    detail: 'It is not.',
    ...also,
  });

describe('what is typed', () => {
  it('is read as durations, counts and lists', () => {
    expect(['500ms', '60', '60s', '1.5m', '2h'].map(toDurationMs)).to.deep.equal([
      500, 60_000, 60_000, 90_000, 7_200_000,
    ]);
    expect(toCount('12')).to.equal(12);
    expect(toList('a,b', ['c'])).to.deep.equal(['c', 'a', 'b']);
  });

  it('is refused when it is none', () => {
    for (const text of ['', 'soon', '5d', '-1s'])
      expect(() => toDurationMs(text)).to.throw(InvalidArgumentError);
    for (const text of ['0', '1.5', 'x', '']) expect(() => toCount(text)).to.throw(InvalidArgumentError);
  });

  it('names a configuration, with or without a version', () => {
    expect(parseConfigurationName('edge@3')).to.deep.equal({ name: 'edge', version: 3 });
    expect(parseConfigurationName('edge')).to.deep.equal({ name: 'edge', version: undefined });
    expect(parseConfigurationName('me@home')).to.deep.equal({ name: 'me@home', version: undefined });
  });
});

describe('a request that failed', () => {
  for (const [status, exitCode] of [
    [400, exitCodes.usage],
    [404, exitCodes.notFound],
    [409, exitCodes.refused],
    [412, exitCodes.refused],
    [500, exitCodes.failed],
    [504, exitCodes.timedOut],
  ] as const) {
    it(`with ${status} ends with ${exitCode}, the reason and its code`, () => {
      const failure = explainRequestFailure(problemOf(status), url) as CommandFailure;
      expect(failure).to.be.instanceOf(CommandFailure);
      expect(failure).to.include({ exitCode, message: 'It is not. (some/code)' });
    });
  }

  it('names each faulty field', () => {
    const problem = problemOf(400, { errors: [{ pointer: '/name', message: 'Too short' }] });
    expect((explainRequestFailure(problem, url) as CommandFailure).message).to.include(
      '\n  /name: Too short',
    );
  });

  it('lists what is wrong with a configuration', () => {
    const findings = [
      { severity: 'error', code: 'syntax', message: 'Not closed.', path: '', line: 3, column: 7 },
    ];
    const failure = explainRequestFailure(problemOf(422, { findings }), url) as CommandFailure;
    expect(failure.message).to.include('\n  line 3:7: Not closed.');
  });

  it('says which server does not answer', async () => {
    const error = await fetch('http://127.0.0.1:9').catch((reason: unknown) => reason);
    const failure = explainRequestFailure(error, url) as CommandFailure;
    expect(failure.exitCode).to.equal(exitCodes.unreachable);
    expect(failure.message).to.include(`No server answers at ${url}`);
  });

  it('leaves a fault of our own as it is', () => {
    const fault = new RangeError('ours');
    expect(explainRequestFailure(fault, url)).to.equal(fault);
  });
});
