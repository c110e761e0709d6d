import { expect } from 'chai';
import {
  AgentCapability,
  agentCapabilityNames,
  hasCapability,
  ServerCapability,
  serverCapabilityNames,
} from './capabilities.ts';
import * as enums from './enums.ts';
import { AgentToServerFlag, hasFlag, ServerToAgentFlag } from './flags.ts';
import { schema } from './schema.ts';

/** The values of a proto enum without their prefix; a bit mask's zero is not a bit. */
function protoEnum(name: string, isBitMask: boolean): Record<string, number> {
  const entries = Object.entries(schema.lookupEnum(name).values).map(([key, value]) => [
    key.replace(`${name}_`, ''),
    value,
  ]);
  return Object.fromEntries(entries.filter(([key]) => !(isBitMask && key === 'Unspecified')));
}

const numbers = {
  RemoteConfigStatuses: enums.RemoteConfigStatuses,
  ConnectionSettingsStatuses: enums.ConnectionSettingsStatuses,
  PackageStatusEnum: enums.PackageStatusEnum,
  PackageType: enums.PackageType,
  ServerErrorResponseType: enums.ServerErrorResponseType,
  CommandType: enums.CommandType,
};

const bitMasks = {
  AgentCapabilities: AgentCapability,
  ServerCapabilities: ServerCapability,
  AgentToServerFlags: AgentToServerFlag,
  ServerToAgentFlags: ServerToAgentFlag,
};

describe('the enum twins', () => {
  for (const [name, twin] of Object.entries(numbers)) {
    it(`of ${name} equal the proto enum, both ways`, () => {
      expect({ ...twin }).to.deep.equal(protoEnum(name, false));
    });
  }

  for (const [name, twin] of Object.entries(bitMasks)) {
    it(`of ${name} equal the proto enum, both ways`, () => {
      const asNumbers = Object.fromEntries(Object.entries(twin).map(([key, bit]) => [key, Number(bit)]));
      expect(asNumbers).to.deep.equal(protoEnum(name, true));
    });
  }

  it('leave no enum of the schema out', () => {
    const known = [...Object.keys(numbers), ...Object.keys(bitMasks)];
    const inSchema = schema.nestedArray
      .filter((member) => 'valuesById' in member)
      .map((member) => member.name);
    expect(known).to.have.members(inSchema);
  });

  it('name a number, and show one they do not know', () => {
    expect(enums.enumName(enums.RemoteConfigStatuses, 3)).to.equal('FAILED');
    expect(enums.enumName(enums.RemoteConfigStatuses, 9)).to.equal('9');
    expect(enums.enumName(enums.PackageStatusEnum, -1)).to.equal('-1');
  });
});

describe('capability bits', () => {
  it('are named, lowest first', () => {
    expect(agentCapabilityNames(0x2845n)).to.deep.equal([
      'ReportsStatus',
      'ReportsEffectiveConfig',
      'ReportsOwnMetrics',
      'ReportsHealth',
      'ReportsHeartbeat',
    ]);
    expect(serverCapabilityNames(0x7n)).to.deep.equal([
      'AcceptsStatus',
      'OffersRemoteConfig',
      'AcceptsEffectiveConfig',
    ]);
    expect(agentCapabilityNames(0n)).to.deep.equal([]);
  });

  it('without a name are shown as hexadecimal, up to the last of 64', () => {
    expect(agentCapabilityNames(0x1_0001n)).to.deep.equal(['ReportsStatus', '0x10000']);
    expect(agentCapabilityNames(1n << 63n)).to.deep.equal(['0x8000000000000000']);
    expect(serverCapabilityNames(0x80n)).to.deep.equal(['0x80']);
  });

  it('are tested one or several at a time', () => {
    expect(hasCapability(0x2845n, AgentCapability.ReportsHealth)).to.equal(true);
    expect(hasCapability(0x2845n, AgentCapability.AcceptsRemoteConfig)).to.equal(false);
    expect(hasCapability(0x1n, 0x3n)).to.equal(false);
    expect(hasFlag(0x3n, ServerToAgentFlag.ReportAvailableComponents)).to.equal(true);
    expect(hasFlag(0x2n, AgentToServerFlag.RequestInstanceUid)).to.equal(false);
  });
});
