import { ApiProblem } from '@ampora/api-contract';
import { expect } from 'chai';
import { agentStream, enrolled, type RunningApi, startApi } from '../running-api.spec.ts';

async function problemOf(call: Promise<unknown>): Promise<ApiProblem> {
  const outcome = await call.catch((error: unknown) => error);
  if (outcome instanceof ApiProblem) return outcome;
  throw new Error(`expected a problem, not ${JSON.stringify(outcome)}`);
}

describe('lint rules over the API', () => {
  let api: RunningApi;
  before(async () => {
    api = await startApi();
  });
  after(async () => {
    await api.stop();
  });

  const tls = {
    name: 'All exporters use TLS',
    description: 'See the security handbook.',
    expression: 'all (config.exporters) where not props.tls.insecure = true',
    severity: 'error',
    enabled: true,
  } as const;

  it('shows the built-in rules as they come', async () => {
    const { items } = await api.call('listLintRules', { query: {} });
    expect(items.filter((rule) => rule.builtIn).length).to.be.greaterThanOrEqual(5);
    expect(items[0]).to.include({
      builtIn: true,
      expression: null,
      enabled: true,
      revision: 0,
      updatedBy: null,
    });
  });

  it('makes, changes and removes a rule, and tells the past of it', async () => {
    const made = await api.call('defineLintRule', { body: tls });
    expect(made.id).to.equal('all-exporters-use-tls');
    const params = { id: made.id };
    const changed = await api.call('changeLintRule', {
      params,
      body: { severity: 'warning' },
      ifMatch: made.revision,
    });
    await api.call('removeLintRule', { params });
    const seen = async (query: { at?: string; after?: string }) => {
      const { items } = await api.call('listLintRules', { query });
      return items.find((rule) => rule.id === made.id);
    };
    expect(await seen({ at: made.position, after: made.position })).to.include({
      ...tls,
      builtIn: false,
      revision: 1,
    });
    expect(await seen({ at: changed.position })).to.include({ severity: 'warning', revision: 2 });
    expect(await seen({})).to.equal(undefined);
    const { items } = await api.call('listAuditEvents', {
      query: { entityType: ['LintRule'], after: changed.position } as never,
    });
    expect(items.map(({ action }) => action)).to.include.members(['Created', 'Edited']);
  });

  it('refuses an expression with errors, and says where they are', async () => {
    const problem = await problemOf(
      api.call('defineLintRule', {
        body: { ...tls, name: 'Broken', expression: 'any (config.exporter) where x' },
      }),
    );
    expect(problem.problem.status).to.equal(422);
    expect(problem.problem.code).to.equal('lint-rule/invalid-expression');
    expect(problem.problem['problems']).to.deep.include.members([
      {
        severity: 'error',
        code: 'path/unknown',
        message: 'There is no "exporter" here. Did you mean exporters?',
        from: 12,
        to: 20,
        line: 1,
        column: 13,
        suggestion: 'exporters',
      },
    ]);
  });

  it('lets a built-in rule be switched off by whoever saw it as it is', async () => {
    const params = { id: 'debug-only-exporter' };
    const stale = await problemOf(
      api.call('changeLintRule', { params, body: { enabled: false }, ifMatch: 4 }),
    );
    expect(stale.problem.code).to.equal('lint-rule/stale-revision');
    await api.call('changeLintRule', { params, body: { enabled: false }, ifMatch: 0 });
    const { items } = await api.call('listLintRules', { query: {} });
    expect(items.find((rule) => rule.id === params.id)).to.include({ enabled: false, revision: 1 });
    const gone = await problemOf(api.call('removeLintRule', { params }));
    expect(gone.problem.code).to.equal('lint-rule/built-in');
  });

  it('holds configurations to a rule, in validation and when they are published', async () => {
    const text = (exporters: string) => `receivers: {otlp: {protocols: {grpc: {endpoint: "127.0.0.1:4317"}}}}
exporters:
  otlphttp: {endpoint: "https://b.example.com"}
  nop:
service:
  pipelines:
    traces: {receivers: [otlp], exporters: ${exporters}}
`;
    const rule = await api.call('defineLintRule', {
      body: {
        name: 'Two ways out',
        expression: 'all (config.pipelines) where len(exporters) > 1',
        severity: 'error',
      },
    });
    const validate = async (body: string) => {
      const { valid, findings } = await api.call('validateConfiguration', { body: { body } });
      return {
        valid,
        codes: findings.filter(({ layer }) => layer === 'lint').map(({ code, line }) => `${line} ${code}`),
      };
    };
    expect(await validate(text('[otlphttp]'))).to.deep.equal({
      valid: false,
      codes: ['7 lint/two-ways-out'],
    });
    expect((await validate(text('[otlphttp, nop]'))).codes).to.deep.equal([]);

    const created = await api.call('createConfiguration', {
      body: { name: 'one-way', body: text('[otlphttp]') },
    });
    const params = { id: created.id, version: 1 };
    const problem = await problemOf(api.call('publishVersion', { params, body: { notes: '' }, ifMatch: 1 }));
    expect(problem.problem.code).to.equal('configuration/invalid');
    expect(JSON.stringify(problem.problem['findings'])).to.include('lint/two-ways-out');

    const change = {
      params: { id: rule.id },
      body: { severity: 'warning' },
      ifMatch: rule.revision,
    } as const;
    await api.call('changeLintRule', change);
    expect((await validate(text('[otlphttp]'))).valid).to.equal(true);
    await api.call('publishVersion', { params, body: { notes: '' }, ifMatch: 1 });
  });

  it('checks an expression, and answers several problems at once', async () => {
    const answer = await api.call('checkExpression', {
      body: { text: 'env == "prod" && zone = 5', context: 'selector' },
    });
    expect(answer.valid).to.equal(false);
    expect(answer.problems.map(({ code, column }) => `${column} ${code}`)).to.deep.equal([
      '5 syntax/operator',
      '15 syntax/operator',
      '18 type/comparison',
    ]);
    expect(answer.labelKeys).to.deep.equal(['env', 'zone']);
    const good = await api.call('checkExpression', {
      body: { text: '(service.name)="x"', context: 'selector' },
    });
    expect(good).to.include({ valid: true, canonical: 'service.name = "x"' });
  });

  it('completes with the labels and values that the fleet has', async () => {
    await api.given(agentStream, enrolled(0x1807n));
    const position = await api.given(agentStream, [
      {
        type: 'AgentDescriptionReported',
        data: {
          digest: 'd2',
          identifying: [{ key: 'service.name', value: 'gateway' }],
          nonIdentifying: [{ key: 'deployment.environment', value: 'prod' }],
        },
      },
    ]);
    await api.call('getOverview', { query: { after: position } });
    const complete = async (text: string) => {
      const body = { text, offset: text.length, context: 'selector' } as const;
      return (await api.call('completeExpression', { body })).options.map(({ insert }) => insert);
    };
    expect(await complete('dep')).to.deep.equal(['deployment.environment']);
    expect(await complete('service.name = "')).to.deep.equal(['"gateway"']);
    expect(await complete('capability = "AcceptsRem')).to.deep.equal(['"AcceptsRemoteConfig"']);
  });
});
