import { EventLogMisconfigured, EventLogUnavailable } from '@ampora/application/ports';
import { expect } from 'chai';
import { classifyPostgresError, eventLogUnavailable } from './postgres-errors.ts';

const withCode = (code: string) => Object.assign(new Error(`failed with ${code}`), { code });

const cases = [
  ['unavailable', ['57P01', '57P03', '08006', '53300', '40001', '40P01', '55P03', '25006', '57014']],
  ['unavailable', ['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN']],
  ['misconfigured', ['28P01', '28000', '3D000', '42P01', '42883', '42501', '3F000', 'CERT_HAS_EXPIRED']],
  ['misconfigured', ['SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE']],
  ['refused', ['22021', '22P02', '23505', '42601', '54000']],
] as const;

describe('an error of PostgreSQL', () => {
  for (const [failure, codes] of cases) {
    for (const code of codes) {
      it(`${code} is ${failure}`, () => expect(classifyPostgresError(withCode(code))).to.equal(failure));
    }
  }

  it('without a code is a lost connection', () => {
    expect(classifyPostgresError(new Error('Connection terminated unexpectedly'))).to.equal('unavailable');
    expect(classifyPostgresError(new Error('Query read timeout'))).to.equal('unavailable');
    expect(classifyPostgresError(new Error('The server does not support SSL connections'))).to.equal(
      'misconfigured',
    );
  });

  it('becomes the error of the port, with its cause and a remedy', () => {
    const cause = withCode('42883');
    const unprepared = eventLogUnavailable(cause, 'Appending failed');
    expect(unprepared).to.be.instanceOf(EventLogMisconfigured).and.have.property('cause', cause);
    expect(unprepared.message).to.contain('migration');
    expect(eventLogUnavailable(withCode('ECONNREFUSED'), 'Appending failed')).to.be.instanceOf(
      EventLogUnavailable,
    );
    const refused = withCode('22021');
    expect(eventLogUnavailable(refused, 'Appending failed')).to.equal(refused);
    const several = new AggregateError([withCode('ECONNREFUSED')], '');
    expect(eventLogUnavailable(several, 'Appending failed').message).to.contain('ECONNREFUSED');
  });
});
