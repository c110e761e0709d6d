import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { checkVersionsLock, type VersionsLock } from './engine/fingerprint.ts';
import { fleetProjection } from './fleet/projection.ts';
import { readModels } from './read-models.ts';

const lock = JSON.parse(
  readFileSync(new URL('../versions.lock.json', import.meta.url), 'utf8'),
) as VersionsLock;

describe('versions.lock.json', () => {
  it('knows every read model as it is', () => {
    expect(checkVersionsLock(readModels, lock)).to.deep.equal([]);
  });

  it('refuses a changed column, its place in the past, an index of the past and a newly handled event without a new version', () => {
    const widened = {
      ...fleetProjection,
      tables: fleetProjection.tables.map((table) => ({
        ...table,
        columns: { ...table.columns, more: 'text' as const },
      })),
    };
    const hearing = { ...fleetProjection, on: { ...fleetProjection.on, TenantCreated: () => undefined } };
    const remembering = {
      ...fleetProjection,
      tables: fleetProjection.tables.map((table) => ({
        ...table,
        columns: Object.fromEntries(
          Object.entries(table.columns).map(([name, column]) => {
            const whole = typeof column === 'string' ? { type: column } : column;
            return [name, { ...whole, currentOnly: !('currentOnly' in whole && whole.currentOnly) }];
          }),
        ),
      })),
    };
    const indexed = {
      ...fleetProjection,
      tables: fleetProjection.tables.map((table) => ({
        ...table,
        historyIndexes: [...(table.historyIndexes ?? []), { name: 'more', on: 'from_position' }],
      })),
    };
    for (const changed of [widened, hearing, remembering, indexed]) {
      const [advice] = checkVersionsLock([changed], lock);
      expect(advice).to.contain(`Set version ${fleetProjection.version + 1}`);
      expect(checkVersionsLock([{ ...changed, version: changed.version + 1 }], lock)[0]).to.contain(
        'write-versions-lock',
      );
    }
  });
});
