import { ApiProblem } from '@ampora/api-contract';
import { expect } from 'chai';
import { type RunningApi, startApi } from '../running-api.spec.ts';

describe('the component library over the API', () => {
  let api: RunningApi;
  before(async () => {
    api = await startApi();
  });
  after(async () => {
    await api.stop();
  });

  async function problemOf(call: Promise<unknown>): Promise<ApiProblem> {
    const outcome = await call.catch((error: unknown) => error);
    if (outcome instanceof ApiProblem) return outcome;
    throw new Error(`expected a problem, not ${JSON.stringify(outcome)}`);
  }

  it('lists releases, one of them the default', async () => {
    const { releases } = await api.call('listComponentReleases', {});
    expect(releases.filter((one) => one.default).map(({ version }) => version)).to.deep.equal(['0.149.0']);
    expect(releases.every(({ components }) => components > 40)).to.equal(true);
  });

  it('lists the components of one kind, generated, lent and written by hand', async () => {
    const params = { release: '0.155.0' };
    const { items, next } = await api.call('listComponents', { params, query: { kind: 'receiver' } });
    expect(next).to.equal(null);
    const of = (type: string) => items.find((item) => item.type === type);
    expect(of('otlp')).to.deep.include({ handWritten: false, borrowedFrom: null, needsSettings: true });
    expect(of('hostmetrics')).to.deep.include({ handWritten: false, borrowedFrom: '0.149.0' });
    expect(of('kafka')).to.deep.include({ handWritten: true, module: '' });
  });

  it('shows every setting of a component, asked for by an older name', async () => {
    const shown = await api.call('getComponent', {
      params: { release: '0.149.0', kind: 'exporter', type: 'otlp' },
    });
    expect(shown).to.include({ type: 'otlp_grpc' });
    expect(shown.aliases).to.deep.equal(['otlp']);
    const queue = shown.fields.find(({ name }) => name === 'sending_queue');
    expect(queue?.children.find(({ name }) => name === 'queue_size')).to.deep.include({
      type: 'int',
      default: 1000,
      opaque: false,
    });
    const log = await api.call('getComponent', {
      params: { release: '0.149.0', kind: 'receiver', type: 'file_log' },
    });
    const operators = log.fields.find(({ name }) => name === 'operators');
    expect(operators?.element?.variants?.discriminator).to.equal('type');
    expect(Object.keys(operators?.element?.variants?.by ?? {})).to.include('json_parser');
  });

  it('may be kept, and is not sent again while it holds', async () => {
    const url = `${api.url}/api/component-library/0.149.0/components/receiver/otlp`;
    const first = await fetch(url);
    expect(first.headers.get('cache-control')).to.equal('private, max-age=3600');
    const tag = first.headers.get('etag') ?? '';
    await first.text();
    const again = await fetch(url, { headers: { 'if-none-match': tag } });
    expect([again.status, await again.text()]).to.deep.equal([304, '']);
    const other = await fetch(url, { headers: { 'if-none-match': '"something-else"' } });
    expect(other.status).to.equal(200);
    await other.text();
  });

  it('names what is near where nothing is', async () => {
    const release = await problemOf(
      api.call('listComponents', { params: { release: '0.151.0' }, query: {} }),
    );
    expect(release.problem).to.include({
      status: 404,
      code: 'component-library/no-such-release',
      near: '0.149.0',
    });
    const component = await problemOf(
      api.call('getComponent', { params: { release: '0.149.0', kind: 'receiver', type: 'oltp' } }),
    );
    expect(component.problem).to.include({ code: 'component-library/no-such-component', near: 'otlp' });
  });
});
