import { expect } from 'chai';
import { driftState } from '@ampora/api-contract';
import { driftLooks, driftOrder, remoteConfigLooks, severityLooks, versionLooks } from './looks.ts';

describe('how states are shown', () => {
  it('orders every drift state once', () => {
    expect([...driftOrder].sort()).to.deep.equal([...driftState.options].sort());
  });

  for (const [name, looks] of Object.entries({
    driftLooks,
    remoteConfigLooks,
    severityLooks,
    versionLooks,
  })) {
    it(`${name} gives each state a word of its own and an icon of its own`, () => {
      const all = Object.values(looks);
      expect(new Set(all.map(({ word }) => word))).to.have.lengthOf(all.length);
      expect(new Set(all.map(({ icon }) => icon))).to.have.lengthOf(all.length);
    });
  }
});
