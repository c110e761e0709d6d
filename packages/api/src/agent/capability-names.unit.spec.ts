import { capabilityNames } from '@ampora/domain';
import { AgentCapability } from '@ampora/opamp-protocol';
import { expect } from 'chai';

describe('names of capabilities', () => {
  it('are those of the protocol', () => {
    const all = Object.values(AgentCapability).reduce((sum, bit) => sum | bit, 0n);
    expect(capabilityNames(String(all))).to.deep.equal(Object.keys(AgentCapability));
    for (const [name, bit] of Object.entries(AgentCapability))
      expect(capabilityNames(String(bit))).to.deep.equal([name]);
  });

  it('leave out what has none yet', () => {
    expect(capabilityNames(String(1n << 60n))).to.deep.equal([]);
    expect(capabilityNames(null)).to.deep.equal([]);
  });
});
