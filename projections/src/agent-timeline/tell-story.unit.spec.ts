import type { Stamped } from '../engine/projection.ts';
import { expect } from 'chai';
import { tellStory } from './tell-story.ts';

function event(type: string, data: unknown): Stamped {
  return { type, data, streamId: 'agent-x', position: 1n, atMs: 0 } as unknown as Stamped;
}
const health = {
  healthy: false,
  status: 'StatusPermanentError',
  lastError: '',
  components: [
    { name: 'pipeline:logs', healthy: false, status: 'x', lastError: 'address in use', components: [] },
  ],
};

describe('the story of an event', () => {
  it('is bad when health is, and names the part that is at fault', () => {
    const story = tellStory(event('AgentHealthReported', { health, reports: 3 }));
    expect(story).to.include({
      kind: 'health',
      tone: 'bad',
      count: 3,
      detail: 'pipeline:logs: address in use',
    });
  });

  it('carries the agent’s reason for a refusal, cut to what a page shows', () => {
    const story = tellStory(
      event('AgentRemoteConfigStatusReported', {
        status: 'failed',
        errorMessage: 'x'.repeat(5_000),
        configHash: '',
      }),
    );
    expect(story).to.include({ kind: 'status', tone: 'bad' });
    expect(story?.detail).to.have.length(1_000);
  });

  it('is silent on what no agent’s page shows', () => {
    expect(tellStory(event('TenantCreated', { tenant: 't', displayName: '' }))).to.equal(undefined);
  });
});
