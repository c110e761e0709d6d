import { EventLogMisconfigured } from '@ampora/application/ports';
import { expect } from 'chai';
import { completeConnectionString } from './connection-string.ts';
import { acquireClient } from './shared-client.ts';

describe('an EventStoreDB connection string', () => {
  it('gets keep-alive settings, unless it has them', () => {
    expect(completeConnectionString('esdb://a:2113/')).to.equal(
      'esdb://a:2113?keepAliveInterval=10000&keepAliveTimeout=10000',
    );
    expect(completeConnectionString('esdb+discover://a,b?tls=true&keep_alive_interval=20000')).to.equal(
      'esdb+discover://a,b?tls=true&keep_alive_interval=20000&keepAliveTimeout=10000',
    );
  });

  for (const wrong of [
    '',
    'http://a:2113',
    'esdb://',
    'esdb://user:secret@a?throwOnAppendFailure=false',
    'esdb://user:secret@a?Throw_On_Append_Failure=FALSE',
  ]) {
    it(`"${wrong}" is refused`, () => {
      expect(() => completeConnectionString(wrong)).to.throw(EventLogMisconfigured);
    });
  }

  for (const wrong of ['esdb://user:secret@a:port', 'esdb://user:secret@a:2113?nonsense=1&tls=maybe']) {
    it('that the client cannot parse is refused without showing the password', () => {
      expect(() => acquireClient(wrong))
        .to.throw(EventLogMisconfigured)
        .and.not.match(/secret/);
    });
  }

  it('makes one client per process, shared by all who ask for the same store', async () => {
    const one = acquireClient('esdb://localhost:2113?tls=false');
    const two = acquireClient('esdb://localhost:2113?tls=false');
    expect(two.client).to.equal(one.client);
    expect(() => acquireClient('esdb://elsewhere:2113?tls=false')).to.throw(
      EventLogMisconfigured,
      /one EventStoreDB/,
    );
    await one.release();
    await two.release();
    const other = acquireClient('esdb://elsewhere:2113?tls=false');
    expect(other.client).to.not.equal(one.client);
    await other.release();
  });
});
