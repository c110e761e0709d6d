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

  for (const [changes, lastedMs, title, detail] of [
    [1, 400, 'Health flapping, 1 change', '1 change in less than a second'],
    [2, 1_000, 'Health flapping, 2 changes', '2 changes in 1 second'],
    [40, 7_300_000, 'Health flapping, 40 changes', '40 changes in 2 hours'],
  ] as const)
    it(`counts ${changes} and says how long it took`, () => {
      const data = { health, changes, settled: false, sinceMs: 1_000, untilMs: 1_000 + lastedMs };
      const story = tellStory(event('AgentHealthFlapping', data));
      expect(story).to.include({ title, detail: `${detail}\npipeline:logs: address in use` });
      const connection = tellStory(event('AgentConnectionFlapping', { ...data, connected: true }));
      expect(connection).to.include({ title: 'Connection flapping', detail: `${detail}; now connected` });
    });

  it('is silent on what no agent’s page shows', () => {
    expect(tellStory(event('TenantCreated', { tenant: 't', displayName: '' }))).to.equal(undefined);
  });
});
