import { expect } from 'chai';
import { collectorSnippet, opampUrl, supervisorSnippet } from './snippets.ts';

describe('how to connect', () => {
  it('points agents at the host that the console was opened on', () => {
    expect(opampUrl({ host: 'fleet.example', secure: false })).to.equal('ws://fleet.example:4320/v1/opamp');
    expect(opampUrl({ host: '[::1]', secure: true })).to.equal('wss://[::1]:4320/v1/opamp');
  });

  it('lets a supervisor take configurations', () => {
    const snippet = supervisorSnippet({ host: 'localhost', secure: false });
    expect(snippet).to.contain('endpoint: ws://localhost:4320/v1/opamp');
    expect(snippet).to.contain('accepts_remote_config: true');
  });

  it('enables the extension in the Collector', () => {
    expect(collectorSnippet({ host: 'localhost', secure: false })).to.match(/extensions: \[opamp\]/);
  });
});
