import { expect } from 'chai';
import { eventFact } from './event-fact.ts';

describe('what an event says beyond its type', () => {
  const said: readonly [Record<string, unknown>, string][] = [
    [{ status: 'failed', errorMessage: 'no such exporter' }, 'failed: no such exporter'],
    [{ status: 'applied', errorMessage: '' }, 'applied'],
    [{ health: { healthy: false, status: 'StatusFatalError', lastError: 'boom' } }, 'unhealthy: boom'],
    [{ health: { healthy: true, status: 'StatusOK', lastError: '' } }, 'healthy: StatusOK'],
    [{ configurationId: 'x', version: 4 }, 'version 4'],
    [{ version: 2, notes: 'quieter' }, 'version 2: quieter'],
    [{ reason: 'silent' }, 'silent'],
    [{ digest: 'x', files: [] }, ''],
  ];
  for (const [data, fact] of said)
    it(`is “${fact}”`, () => {
      expect(eventFact({ data })).to.equal(fact);
    });
});
