import { expect } from 'chai';
import { lookOfEvent } from './type-look.ts';

const event = (type: string, data: Record<string, unknown> = {}) => ({ type, data });

describe('the mark of an event', () => {
  it('follows from its type', () => {
    expect(lookOfEvent(event('AgentDisconnected'))).to.deep.equal({ icon: 'unplug', tone: 'warn' });
    expect(lookOfEvent(event('AgentConfigurationUnassigned')).tone).to.equal('odd');
    expect(lookOfEvent(event('ConfigurationVersionPublished')).icon).to.equal('lock');
  });

  it('follows from what it says before that', () => {
    expect(lookOfEvent(event('AgentRemoteConfigStatusReported', { status: 'failed' }))).to.deep.equal({
      icon: 'ban',
      tone: 'bad',
    });
    expect(lookOfEvent(event('AgentRemoteConfigStatusReported', { status: 'applied' }))).to.deep.equal({
      icon: 'check-circle',
      tone: 'good',
    });
    expect(lookOfEvent(event('AgentHealthReported', { health: { healthy: true } })).tone).to.equal('good');
  });

  it('is there for types nobody has thought of', () => {
    expect(lookOfEvent(event('SomethingNew'))).to.deep.equal({ icon: 'circle-dashed', tone: 'quiet' });
  });
});
