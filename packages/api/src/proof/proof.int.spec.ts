import { createHash } from 'node:crypto';
import { ApiProblem } from '@ampora/api-contract';
import { expect } from 'chai';
import { agentStream, enrolled, type RunningApi, startApi } from '../running-api.spec.ts';

describe('the proofs of the API', () => {
  let api: RunningApi;
  beforeEach(async () => (api = await startApi()));
  afterEach(() => api.stop());

  it('seals on request, lists roots newest first, and pages through them', async () => {
    const first = await api.call('sealNow', {});
    await api.given(agentStream, enrolled(0n));
    const second = await api.call('sealNow', {});
    expect([first.sealed, second.sealed]).to.deep.equal([true, true]);
    const page = await api.call('listRoots', { query: { limit: 1 } });
    expect(page.items).to.deep.equal([second.root]);
    const rest = await api.call('listRoots', { query: { limit: 1, cursor: page.next ?? '' } });
    expect(rest).to.deep.equal({ items: [first.root], next: null });
    expect(second.root?.checkpoint.split('\n').slice(0, 3)).to.deep.equal([
      'ampora/default',
      String(second.root?.treeSize),
      second.root?.rootHash,
    ]);
    const again = await api.call('sealNow', {});
    expect(again).to.include({ sealed: false, position: second.position });
  });

  it('proves an event once it is sealed, by a line that anybody can hash', async () => {
    const position = await api.given(agentStream, enrolled(0n));
    const early = await api.call('getEventProof', { params: { position } }).catch((error: unknown) => error);
    expect(early).to.be.instanceOf(ApiProblem).with.property('code', 'proof/not-sealed-yet');
    await api.call('sealNow', {});
    const proof = await api.call('getEventProof', { params: { position } });
    const event = await api.call('getEvent', { params: { position } });
    expect(JSON.parse(proof.line ?? '')).to.include({
      id: event.id,
      subject: agentStream,
      sequence: String(proof.leafIndex),
    });
    expect(createHash('sha256').update(`\0${proof.line}`).digest('base64')).to.equal(proof.leafHash);
    const absent = await api
      .call('getEventProof', { params: { position: '999' } })
      .catch((error: unknown) => error);
    expect(absent).to.be.instanceOf(ApiProblem).with.property('code', 'event/not-found');
  });

  it('rotates the key, keeps the old one, and proves that one root goes on from another', async () => {
    const { root: older } = await api.call('sealNow', {});
    const { items: keys } = await api.call('rotateSigningKey', {});
    expect(keys.map(({ state }) => state)).to.deep.equal(['retired', 'active']);
    expect(keys[0]?.keyId).to.equal(older?.keyId);
    expect((await api.call('listSigningKeys', {})).items).to.deep.equal(keys);
    await api.given(agentStream, enrolled(0n));
    const { root: newer } = await api.call('sealNow', {});
    expect(newer?.keyId).to.equal(keys[1]?.keyId);
    const proof = await api.call('getConsistencyProof', { query: { from: older?.treeSize ?? 0 } });
    expect(proof).to.deep.include({
      to: newer?.treeSize,
      fromRoot: older?.rootHash,
      toRoot: newer?.rootHash,
      checkpoints: { from: older?.checkpoint, to: newer?.checkpoint },
    });
    const beyond = await api
      .call('getConsistencyProof', { query: { from: 1, to: 999 } })
      .catch((error: unknown) => error);
    expect(beyond).to.be.instanceOf(ApiProblem).with.property('code', 'proof/not-sealed-yet');
  });
});
