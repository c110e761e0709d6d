import { expect } from 'chai';
import { checkSelector, createSelectors } from './selectors.ts';

const agent = {
  labels: { 'deployment.environment': 'prod', ring: 'canary' },
  capabilities: ['AcceptsRemoteConfig'],
};
const verdict = (selector: string | null) => createSelectors().verdictOf({ selector }, agent);

describe('a selector', () => {
  it('matches by labels, whoever gave them', () => {
    expect(verdict('deployment.environment = "prod" and ring in ("canary", "beta")')).to.equal('match');
    expect(verdict('ring = "stable"')).to.equal('no-match');
  });

  it('matches by what an agent can do', () => {
    expect(verdict('capability = "AcceptsRemoteConfig"')).to.equal('match');
  });

  it('is an error where it cannot be read, and where there is none', () => {
    expect(verdict('ring = ')).to.equal('error');
    expect(verdict(null)).to.equal('error');
  });

  it('is an error for agents that it cannot be evaluated for', () => {
    expect(verdict('len(ring) > "x"')).to.equal('error');
  });

  it('cannot ask which group an agent is in', () => {
    const { valid, problems } = checkSelector('ring = "x"\nor agent.group = "a"');
    expect(valid).to.equal(false);
    expect(problems.at(-1)).to.include({ code: 'selector/asks-for-group', line: 2, column: 4 });
    expect(verdict('agent.group = null')).to.equal('error');
  });

  it('names the labels that it asks for', () => {
    expect(checkSelector('deployment.environment = "prod"').labelKeys).to.deep.equal([
      'deployment.environment',
    ]);
  });
});
