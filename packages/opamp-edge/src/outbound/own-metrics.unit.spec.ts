import { AgentCapability } from '@ampora/opamp-protocol';
import { expect } from 'chai';
import { isOwnMetricsDue, type OwnMetricsView, ownMetricsSettings } from './own-metrics.ts';

const wanted = ownMetricsSettings('http://localhost:4320/v1/metrics');
const off = ownMetricsSettings('');
const silent = AgentCapability.ReportsOwnMetrics;
const telling = silent | AgentCapability.ReportsConnectionSettingsStatus;
const view: OwnMetricsView = {
  wanted,
  capabilities: silent,
  offered: '',
  reported: '',
  isOfferedHere: false,
};

const cases: readonly (readonly [string, Partial<OwnMetricsView>, boolean])[] = [
  ['that has never been told', {}, true],
  ['that has none', { capabilities: 0n }, false],
  ['that was told', { offered: wanted.settingsHash }, false],
  ['that was told otherwise', { offered: 'aa' }, true],
  ['that was told nothing, and is to be told nothing', { wanted: off }, false],
  ['that was told, and is to send nothing any more', { wanted: off, offered: wanted.settingsHash }, true],
  ['that does not say what it has', { capabilities: telling, offered: wanted.settingsHash }, false],
  [
    'that says that it has these',
    { capabilities: telling, offered: wanted.settingsHash, reported: wanted.settingsHash },
    false,
  ],
  [
    'that says that it has others',
    { capabilities: telling, offered: wanted.settingsHash, reported: 'aa' },
    true,
  ],
  [
    'that says so again on the same connection',
    { capabilities: telling, offered: wanted.settingsHash, reported: 'aa', isOfferedHere: true },
    false,
  ],
];

describe('where to send own metrics', () => {
  for (const [who, given, isDue] of cases) {
    it(`is ${isDue ? '' : 'not '}told to an agent ${who}`, () => {
      expect(isOwnMetricsDue({ ...view, ...given })).to.equal(isDue);
    });
  }

  it('has another hash for another endpoint', () => {
    expect(ownMetricsSettings('http://a/v1/metrics').settingsHash).to.not.equal(wanted.settingsHash);
  });
});
