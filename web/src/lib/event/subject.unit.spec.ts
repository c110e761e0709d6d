import { expect } from 'chai';
import { subjectOf } from './subject.ts';

const id = '0b1f7a3e-2c4d-4e5f-8a9b-0c1d2e3f4a5b';

describe('the page behind a stream', () => {
  it('is the agent for its own stream and its assignments', () => {
    expect(subjectOf(`agent-${id}`)?.path).to.equal(`/agents/${id}`);
    expect(subjectOf(`assignment-${id}`)?.path).to.equal(`/agents/${id}`);
  });

  it('is the configuration for its stream', () => {
    expect(subjectOf(`configuration-${id}`)?.path).to.equal(`/configurations/${id}`);
  });

  it('is nothing for names, bodies and the fleet', () => {
    for (const stream of [
      'configuration-name-abc',
      'content-00ff',
      'fleet-assignment-default',
      'tenant-default',
    ]) {
      expect(subjectOf(stream)).to.equal(null);
    }
  });
});
