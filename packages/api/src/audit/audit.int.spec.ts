import { streamOf } from '@ampora/catalogue';
import { expect } from 'chai';
import { agentStream, enrolled, type RunningApi, startApi } from '../running-api.spec.ts';

const dayMs = 86_400_000;

describe('the API of the audit log', function () {
  this.timeout(60_000);
  let api: RunningApi;
  let written: string;
  before(async () => {
    api = await startApi();
    await api.given(agentStream, enrolled(0x1807n));
    const created = await api.call('createConfiguration', {
      body: { name: 'gateway', description: '', body: 'receivers: {nop: {}}\n' },
    });
    written = created.position;
  });
  after(() => api.stop());

  it('lists what was done, by whom, from where', async () => {
    const { items } = await api.call('listAuditEvents', { query: { after: written, limit: 2 } });
    expect(items.map(({ action }) => action)).to.deep.equal(['Drafted', 'Created']);
    expect(items[1]).to.include({
      actor: 'loopback',
      actorRole: 'Admin',
      actorName: null,
      entityName: 'gateway',
      archived: false,
    });
    expect(items[1]!.sourceIp).to.contain('127.0.0.1');
  });

  it('is filtered, paged and looked at as of a moment', async () => {
    const first = await api.call('listAuditEvents', {
      query: { after: written, limit: 1, actor: 'loopback', entityType: 'Configuration' },
    });
    const second = await api.call('listAuditEvents', {
      query: { limit: 1, actor: 'loopback', entityType: 'Configuration', cursor: first.next! },
    });
    expect([...first.items, ...second.items].map(({ action }) => action)).to.deep.equal([
      'Drafted',
      'Created',
    ]);
    const past = await api.call('listAuditEvents', { query: { at: second.items[0]!.position } });
    expect(past.items[0]!.action).to.equal('Created');
    const facets = await api.call('getAuditFacets', { query: { after: written } });
    expect(facets.actors.map(({ value }) => value)).to.include.members(['loopback', 'system']);
  });

  it('archives and purges by age, and its metrics of keeping follow', async () => {
    const before = await api.call('getAuditRetention', { query: { after: written } });
    expect(before).to.deep.include({ hotDays: 1, archiveDays: 2, sweepIntervalMinutes: 60, lastSweep: null });
    expect(before.hot.rows).to.be.greaterThan(2);
    expect(await api.call('sweepAuditRetention', {})).to.deep.equal({
      position: null,
      archived: 0,
      purged: 0,
    });
    api.elapse(1.5 * dayMs);
    const swept = await api.call('sweepAuditRetention', {});
    expect(swept).to.include({ archived: before.hot.rows, purged: 0 });
    const again = await api.call('sweepAuditRetention', {});
    expect(again.archived, 'the same rows are not counted twice').to.equal(0);
  });

  it('shows the archive to admins who ask for it, and records that they did', async () => {
    // The bound of a sweep never passes the sweep itself: what was recorded before it is archived.
    const hot = await api.call('listAuditEvents', { query: { action: 'Created' } });
    const query = { includeArchive: 'true' as const, entityType: 'Configuration', text: 'gateway' };
    const all = await api.call('listAuditEvents', { query });
    const [read] = await api.log.readStream(streamOf.auditAccess('default'), { direction: 'backwards' });
    expect(read!.data).to.deep.equal({ query: { entityType: 'Configuration', text: 'gateway' } });
    expect(read!.metadata).to.include({ actor: 'loopback' });
    expect(all.items.length).to.be.greaterThan(hot.items.filter(({ archived }) => archived).length);
  });

  it('refuses cursors and moments that make no sense', async () => {
    for (const query of [{ cursor: 'x' }, { at: '2999-01-01T00:00:00Z' }]) {
      const refused = await api
        .call('listAuditEvents', { query })
        .catch((error: { status: number }) => error);
      expect(refused).to.have.property('status', 400);
    }
  });
});
