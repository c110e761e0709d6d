import { instanceUidFault, instanceUidToText } from '@ampora/opamp-protocol';
import { expect } from 'chai';
import { createIdentity, describe as describeAgent } from './identity.ts';

describe('the identities of a fleet', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(createIdentity(5, 17)).to.deep.equal(createIdentity(5, 17));
    expect(createIdentity(5, 17).instanceUid).to.not.deep.equal(createIdentity(6, 17).instanceUid);
  });

  it('have ten thousand different uids, each a UUID version 7', () => {
    const uids = Array.from({ length: 10_000 }, (_, index) => createIdentity(1, index).instanceUid);
    expect(new Set(uids.map(instanceUidToText)).size).to.equal(uids.length);
    expect(instanceUidFault(uids[0]!)).to.equal(undefined);
    expect(instanceUidToText(uids[0]!)[14]).to.equal('7');
  });

  it('have host names that say where they stand', () => {
    const identity = createIdentity(1, 16, [{ name: 'fra', role: 'edge' }]);
    expect(identity.hostName).to.equal('edge-fra-017');
    const { identifyingAttributes, nonIdentifyingAttributes } = describeAgent(identity, identity.instanceUid);
    expect(identifyingAttributes.map(({ key }) => key)).to.deep.equal([
      'service.instance.id',
      'service.name',
      'service.version',
    ]);
    expect(nonIdentifyingAttributes.map(({ key }) => key)).to.include.members([
      'host.name',
      'os.type',
      'host.arch',
      'region',
      'deployment.environment',
    ]);
  });
});
