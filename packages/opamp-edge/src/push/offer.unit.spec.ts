import { decodeServerToAgent, encodeServerToAgent } from '@ampora/opamp-protocol';
import { expect } from 'chai';
import { encodeOffer, isEmptyConfig } from './offer.ts';

describe('an offer', () => {
  it('is encoded once and is whole behind any head', () => {
    const version = { configurationId: '', version: 1, contentHash: '', configHash: 'ab'.repeat(32) };
    const { shared } = encodeOffer(version, Buffer.from('receivers: {}'));
    const head = encodeServerToAgent({ instanceUid: new Uint8Array(16).fill(7), flags: 1n });
    const message = decodeServerToAgent(Buffer.concat([head, shared]));
    expect(Buffer.from(message.remoteConfig?.configHash ?? []).toString('hex')).to.equal(version.configHash);
    expect(Buffer.from(message.remoteConfig?.config?.configMap['']?.body ?? []).toString()).to.equal(
      'receivers: {}',
    );
    expect(message.flags).to.equal(1n);
  });

  for (const empty of ['', '\n', '---\n', '# only words\n---\n', '{}\n', '  \r\n'])
    it(`R7 is not made of ${JSON.stringify(empty)}, which would stop a collector`, () => {
      expect(isEmptyConfig(Buffer.from(empty))).to.equal(true);
    });

  it('is made of anything else', () => {
    expect(isEmptyConfig(Buffer.from('---\nreceivers: {}\n'))).to.equal(false);
    expect(isEmptyConfig(Buffer.from(`${'# long\n'.repeat(2_000)}a: 1\n`))).to.equal(false);
  });
});
