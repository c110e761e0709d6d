import type { ApiProblem } from '@ampora/api-contract';
import { type ProjectionRow } from '@ampora/api-contract';
import { expect } from 'chai';
import { type RunningApi, startApi } from '../running-api.spec.ts';

describe('the projections of the API', function () {
  this.timeout(60_000);
  let api: RunningApi;
  before(async () => {
    api = await startApi();
  });
  after(() => api.stop());

  async function rowWhere(
    what: string,
    matches: (rows: readonly ProjectionRow[]) => ProjectionRow | undefined,
  ): Promise<ProjectionRow> {
    const deadline = Date.now() + 20_000;
    for (;;) {
      const { items } = await api.call('listProjections', {});
      const row = matches(items.filter(({ name }) => name === 'fleet'));
      if (row) return row;
      if (Date.now() > deadline) throw new Error(`In vain: ${what} ${JSON.stringify(items)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  const refusal = (promise: Promise<unknown>) =>
    promise.then(
      () => undefined,
      (error: unknown) => (error as ApiProblem).code,
    );

  it('hold a rebuild, compare it, refuse what it does not allow, and switch to it', async () => {
    const params = { name: 'fleet' };
    await rowWhere('serving', ([row]) => (row?.state === 'serving' ? row : undefined));
    expect(await refusal(api.call('pauseProjection', { params }))).to.equal('projection/not-allowed');
    expect(await refusal(api.call('cancelProjection', { params: { name: 'none' } }))).to.equal(
      'projection/not-found',
    );
    const begun = await api.call('rebuildProjection', { params, body: { hold: true, share: 0.8 } });
    expect(begun.items.find(({ slot }) => slot === 'rebuild')).to.include({ held: true, share: 0.8 });
    expect(await refusal(api.call('rebuildProjection', { params }))).to.equal('projection/already-building');
    await rowWhere('held', (rows) =>
      rows.find(({ slot, state }) => slot === 'rebuild' && state === 'caught-up'),
    );
    await api.call('compareProjection', { params });
    const compared = await rowWhere('compared', (rows) =>
      rows.find(({ comparison }) => comparison?.state === 'done'),
    );
    expect(compared.comparison).to.include({ identical: true });
    expect(compared.tables.length).to.be.greaterThan(1);
    expect(await refusal(api.call('retireProjection', { params }))).to.equal('projection/not-allowed');
    await api.call('switchProjection', { params });
    const [row] = [await rowWhere('switched', (rows) => (rows.length === 1 ? rows[0] : undefined))];
    expect(row).to.include({ slot: 'live', state: 'serving' });
    expect(row.actions).to.deep.equal(['rebuild']);
  });

  it('refuse a share that is none', async () => {
    const share = await refusal(
      api.call('rebuildProjection', { params: { name: 'fleet' }, body: { share: 2 } }),
    );
    expect(share).to.match(/^request\//);
  });
});
