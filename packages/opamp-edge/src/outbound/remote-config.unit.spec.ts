import { AgentCapability } from '@ampora/opamp-protocol';
import { expect } from 'chai';
import { decideOffer, type OfferDecision, type OfferView } from './remote-config.ts';

const accepts = AgentCapability.AcceptsRemoteConfig;
const reports = accepts | AgentCapability.ReportsRemoteConfig;
const view: OfferView = {
  wanted: 'aa',
  capabilities: reports,
  reported: '',
  offered: '',
  offerAnswered: false,
  offeredHere: '',
  doubt: 'none',
  isForced: false,
};

describe('whether a configuration is sent', () => {
  const table: [string, Partial<OfferView>, OfferDecision][] = [
    [
      'R1 not to an agent that does not accept it',
      { capabilities: AgentCapability.ReportsRemoteConfig },
      'nothing',
    ],
    ['R4 to one that has none', {}, 'offer'],
    ['R4 to one that has another', { reported: 'bb' }, 'offer'],
    ['R5 not to one that has it', { reported: 'aa' }, 'nothing'],
    ['R6 not when none is wanted', { wanted: '' }, 'nothing'],
    ['R11 not twice on one connection', { offeredHere: 'aa' }, 'nothing'],
    ['R9 the newest, though an older one was sent here', { offeredHere: 'bb' }, 'offer'],
    [
      'R12 not again to one that had it and went back',
      { reported: 'bb', offered: 'aa', offerAnswered: true },
      'nothing',
    ],
    [
      'again to one that had it and lost everything',
      { reported: '', offered: 'aa', offerAnswered: true },
      'offer',
    ],
    [
      'again on the next connection when the last push was not answered',
      { reported: 'bb', offered: 'aa' },
      'offer',
    ],
    ['R13 to one that reports no status', { capabilities: accepts }, 'offer'],
    ['R13 but once a connection', { capabilities: accepts, offeredHere: 'aa' }, 'nothing'],
    [
      'once more when somebody asked for it, though the agent has it',
      { reported: 'aa', offered: 'aa', offerAnswered: true, offeredHere: 'aa', isForced: true },
      'offer',
    ],
    ['but nothing by force to one that takes none', { capabilities: 0n, isForced: true }, 'nothing'],
    ['not before a restarted edge knows what the agent has', { doubt: 'all' }, 'wait-for-status'],
    ['at once all the same, when the agent cannot tell', { doubt: 'all', capabilities: accepts }, 'offer'],
    [
      'not again before the agent has said whether it got it',
      { doubt: 'last-offer', offered: 'aa' },
      'wait-for-status',
    ],
    ['R9 at once, when what is in doubt is another one', { doubt: 'last-offer', offered: 'bb' }, 'offer'],
  ];
  for (const [title, changes, decision] of table) {
    it(title, () => {
      expect(decideOffer({ ...view, ...changes })).to.equal(decision);
    });
  }
});
