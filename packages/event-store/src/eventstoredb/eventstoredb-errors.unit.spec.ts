import {
  AccessDeniedError,
  DeadlineExceededError,
  InvalidArgumentError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  StreamNotFoundError,
  TimeoutError,
  UnavailableError,
  UnknownError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { EventLogMisconfigured, EventLogUnavailable } from '@ampora/application/ports';
import { expect } from 'chai';
import {
  actualRevisionOf,
  classifyEventStoreError,
  eventStoreUnavailable,
  shouldRetryAppend,
} from './eventstoredb-errors.ts';

const wrong = (current: bigint | 'no_stream') =>
  new WrongExpectedVersionError(undefined, { streamName: 'a', expected: 3n, current });

const cases = [
  ['a wrong expected version', wrong(7n), 'wrong-expected-revision', false],
  ['an append above the limit', new MaxAppendSizeExceededError(undefined, 1_048_576), 'too-large', false],
  ['a message above the transport', Object.assign(new UnknownError(), { code: 8 }), 'too-large', false],
  ['denied access', new AccessDeniedError(), 'misconfigured', false],
  ['a bad argument', new InvalidArgumentError('revision'), 'refused', false],
  ['a missing stream', new StreamNotFoundError(undefined, 'a'), 'not-there', false],
  ['a deleted stream', new StreamDeletedError(undefined, 'a'), 'not-there', false],
  ['an unavailable server', new UnavailableError(), 'outcome-unknown', true],
  ['a passed deadline', new DeadlineExceededError(), 'outcome-unknown', true],
  ['a server that is not ready', new UnknownError(undefined, 'Server Is Not Ready'), 'outcome-unknown', true],
  ['a consumer cut off', new TimeoutError(undefined, 'Consumer too slow'), 'too-slow', true],
  [
    'a plain error of the transport',
    new Error('14 UNAVAILABLE: No connection established'),
    'outcome-unknown',
    true,
  ],
  ['an unknown authority', new Error('unable to verify the first certificate'), 'misconfigured', false],
  ['something thrown that is no error', 'dropped', 'outcome-unknown', true],
] as const;

describe('an error of the EventStoreDB client', () => {
  for (const [what, error, failure, retried] of cases) {
    it(`${what} is ${failure} and ${retried ? 'tried again' : 'final'}`, () => {
      expect(classifyEventStoreError(error)).to.equal(failure);
      expect(shouldRetryAppend(error)).to.equal(retried);
    });
  }

  it('says where the stream is', () => {
    expect(actualRevisionOf(wrong(7n))).to.equal(7);
    expect(actualRevisionOf(wrong('no_stream'))).to.equal(-1);
  });

  it('becomes the error of the port, with its cause and a remedy', () => {
    const denied = eventStoreUnavailable(new AccessDeniedError(), 'Reading failed');
    expect(denied).to.be.instanceOf(EventLogMisconfigured);
    expect(denied.message).to.contain('user and password');
    const certificate = new Error('unable to verify the first certificate');
    const untrusted = eventStoreUnavailable(certificate, 'Reading failed');
    expect(untrusted).to.be.instanceOf(EventLogMisconfigured).and.have.property('cause', certificate);
    expect(untrusted.message).to.contain('tlsCaFile');
    const gone = eventStoreUnavailable(
      new Error('14 UNAVAILABLE: No connection established'),
      'Reading failed',
    );
    expect(gone).to.be.instanceOf(EventLogUnavailable);
    expect(gone.message).to.contain('tls');
    expect(eventStoreUnavailable(gone, 'Again')).to.equal(gone);
  });
});
