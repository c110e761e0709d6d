import type { AmporaEvent } from '@ampora/catalogue';
import { ApiProblem } from '@ampora/api-contract';
import { expect } from 'chai';
import { agentId, agentStream, enrolled, type RunningApi, startApi } from '../running-api.spec.ts';

const health = (healthy: boolean, lastError = ''): AmporaEvent => ({
  type: 'AgentHealthReported',
  data: {
    digest: `${healthy}${lastError}`,
    reports: 1,
    health: {
      healthy,
      status: healthy ? 'StatusOK' : 'StatusPermanentError',
      lastError,
      startTimeUnixNano: '1',
      statusTimeUnixNano: '1',
      components: [],
    },
  },
});

describe('GET /api/agents/:id/bisect', function () {
  this.timeout(60_000);
  let api: RunningApi;
  let well = '';
  let turned = '';

  before(async () => {
    api = await startApi();
    await api.given(agentStream, enrolled(0x1807n));
    well = await api.given(agentStream, [health(true)]);
  });
  after(() => api.stop());

  const bisect = (query: { good?: string; bad?: string; after?: string }, id = agentId) =>
    api.call('bisectAgent', { params: { id }, query });
  const refusal = async (query: { good?: string; bad?: string; after?: string }, id = agentId) => {
    const error: unknown = await bisect(query, id).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(ApiProblem);
    const { status, code } = error as ApiProblem;
    return { status, code };
  };

  it('has nothing to look for while the agent is well', async () => {
    expect(await refusal({ after: well })).to.deep.equal({ status: 409, code: 'bisect/never-unhealthy' });
  });

  it('names the new software that came before the agent fell ill', async () => {
    await api.given(agentStream, [
      {
        type: 'AgentDescriptionReported',
        data: {
          digest: 'd2',
          identifying: [
            { key: 'service.name', value: 'otelcol' },
            { key: 'service.version', value: '0.150.0' },
          ],
          nonIdentifying: [{ key: 'host.name', value: 'edge-fra-001' }],
        },
      },
    ]);
    turned = await api.given(agentStream, [health(false, 'out of memory')]);
    const found = await bisect({ after: turned });
    expect(found).to.deep.include({ unaffected: { count: 0 }, others: 0, isClear: true });
    expect(found.good).to.deep.include({ position: well, healthy: true });
    expect(found.bad).to.deep.include({ healthy: false, lastError: 'out of memory' });
    expect(found.turn.position).to.equal(turned);
    expect(found.affected.count).to.equal(1);
    expect(found.affected.sample[0]).to.deep.include({ id: agentId, displayName: 'edge-fra-001' });
    expect(found.suspects[0]).to.deep.include({
      summary: 'Software changed: otelcol 0.149.0 → otelcol 0.150.0',
      nature: 'act',
      type: 'AgentDescriptionReported',
      link: `/agents/${agentId}?at=${BigInt(turned) - 1n}`,
      score: 0.5,
    });
  });

  it('refuses moments that are not what they are said to be, and agents that are not', async () => {
    expect(await refusal({ good: turned, bad: turned })).to.deep.include({
      code: 'bisect/not-healthy-at-good',
    });
    expect(await refusal({ good: well, bad: well })).to.deep.include({ code: 'bisect/not-unhealthy-at-bad' });
    expect(await refusal({ good: 'yesterday' })).to.deep.include({ status: 400 });
    expect(await refusal({}, '00000000-0000-4000-8000-00000000dead')).to.deep.equal({
      status: 404,
      code: 'agent/not-found',
    });
  });
});
