import { expect } from 'chai';
import { evaluate, holds } from './evaluate.ts';
import { type EvaluationContext, selectorContext } from './evaluation-context.ts';
import { parseExpression } from './parse-expression.ts';

const agent = selectorContext({
  labels: {
    'service.name': 'gateway',
    env: 'prod',
    cores: '8',
    'app.kubernetes.io/name': 'edge',
    region: '',
  },
  capabilities: ['AcceptsRemoteConfig', 'ReportsHealth'],
  group: null,
  tenant: 'default',
});

const config: EvaluationContext = {
  roots: {
    config: {
      yaml: {
        service: { telemetry: { resource: { 'service.namespace': 'shop' }, logs: { level: 'info' } } },
      },
      exporters: [
        { alias: 'otlp', type: 'otlp', props: { endpoint: 'b.example.com:4317', tls: { insecure: true } } },
        { alias: 'otlp/local', type: 'otlp', props: { endpoint: 'localhost:4317', tls: { insecure: true } } },
        { alias: 'debug', type: 'debug', props: null },
      ],
      receivers: [{ alias: 'hostmetrics', type: 'hostmetrics', props: { collection_interval: '30s' } }],
      pipelines: {
        traces: { id: 'traces', signal: 'traces', receivers: ['otlp'], exporters: ['otlp', 'debug'] },
      },
    },
  },
};

function valueOf(text: string, context: EvaluationContext): unknown {
  const { ast, problems } = parseExpression(text);
  expect(problems, text).to.deep.equal([]);
  const evaluation = evaluate(ast, context);
  return evaluation.ok ? evaluation.value : `${evaluation.code}: ${evaluation.reason}`;
}

const ofAgents: readonly (readonly [text: string, value: unknown])[] = [
  ['service.name = "gateway"', true],
  ['agent.description.service.name = "gateway"', true],
  ['agent.description["service.name"] = "gateway"', true],
  ['app.kubernetes.io/name = "edge"', true],
  ['env in ("prod", "stage") and not (env = "dev")', true],
  ['env not in ("prod")', false],
  ['not (capability matches "Packages")', true],
  ['capability = "ReportsHealth"', true],
  ['capability != "ReportsHealth"', false],
  ['"ReportsHealth" in agent.capabilities', true],
  ['any (agent.capabilities) where starts-with(it, "Accepts")', true],
  ['all (agent.capabilities) where it matches "^Reports"', false],
  ['has-key env and not has-key zone', true],
  ['agent.description has-key "service.name"', true],
  ['any (keys(agent.description)) where it matches "^app\\\\."', true],
  ['number(cores) >= 8', true],
  ['number(env) >= 8', false],
  // What is missing is null, and null is equal to nothing else, larger than nothing, and no condition.
  ['zone = null', true],
  ['zone != null', false],
  ['env != null', true],
  ['zone = "a"', false],
  ['zone != "a"', false],
  ['not zone = "a"', true],
  ['zone = agent.group', false],
  ['zone < "z" or zone >= "a"', false],
  ['zone in ("a", null)', false],
  ['zone matches ".*"', false],
  ['zone or env = "prod"', true],
  ['region = ""', true],
  ['lower(zone) = null', true],
  ['any (zone) where true', false],
  ['all (zone) where false', true],
  // Types that do not fit are refused, not guessed at.
  ['cores > 5', 'type: cores > 5 compares text with a number.'],
  ['cores = 8', false],
  ['env', 'prod'],
  ['not env', 'type: env is text, not a condition.'],
  ['any (env) where true', 'type: env is text; any goes over a list or a mapping.'],
  ['capability < 3', 'type: capability < 3 compares text with a number.'],
  ['true or not env', true],
];

const ofConfigurations: readonly (readonly [text: string, value: unknown])[] = [
  ['all (config.exporters) where not props.tls.insecure = true or host(props.endpoint) = "localhost"', false],
  ['all (config.exporters) where not props.tls.insecure = true or host(props.endpoint) != null', true],
  ['any (config.exporters) where type = "otlp" and alias != "otlp"', true],
  ['all (config.receivers) where type != "hostmetrics" or props.collection_interval <= 60s', true],
  ['all (config.receivers) where props.collection_interval < duration("30s")', false],
  ['config.yaml.service.telemetry.resource["service.namespace"] != null', true],
  ['config.yaml.service.telemetry.resource.service.namespace = "shop"', true],
  ['config.yaml.service.telemetry.resource has-key service.namespace', true],
  ['config.yaml.service.extensions = null', true],
  ['config.pipelines.traces.receivers[0] = "otlp"', true],
  ['config.pipelines.traces.receivers["0"] = "otlp"', true],
  ['config.pipelines.traces.receivers.length = null', true],
  ['all (config.pipelines) as p where any (config.exporters) as e where e.alias in (p.exporters)', true],
  ['any (config.pipelines) as p where all (p.exporters) where it = "debug"', false],
  ['len(config.exporters) = 3 and len(config.pipelines) = 1', true],
  ['config.pipelines.traces.exporters in ("debug")', true],
  ['any (config.exporters) where has-key tls or props has-key tls', true],
  ['config.exporters = config.exporters', true],
  ['config.yaml = config.pipelines', false],
  ['config.constructor = null and config.yaml.__proto__ = null and config has-key toString', false],
  ['config.constructor = null and config.yaml.__proto__ = null', true],
  [
    'config.yaml.service.telemetry.logs.level <= 60s',
    'type: config.yaml.service.telemetry.logs.level is the text "info", not a duration.',
  ],
  ['60s = "1m" and 90s >= "1m30s" and 60s != 61s', true],
  ['60s = 60', false],
];

describe('evaluating', () => {
  for (const [text, value] of ofAgents)
    it(`gives ${JSON.stringify(value)} for an agent: ${text}`, () => {
      expect(valueOf(text, agent)).to.deep.equal(value);
    });
  for (const [text, value] of ofConfigurations)
    it(`gives ${JSON.stringify(value)} for a configuration: ${text}`, () => {
      expect(valueOf(text, config)).to.deep.equal(value);
    });

  it('stops where the steps end, and says at which place', () => {
    const list = Array.from({ length: 100_000 }, (_, index) => index);
    const { ast } = parseExpression('all (config.list) where it >= 0');
    const failed = evaluate(ast, { roots: { config: { list } } });
    expect(failed).to.include({ ok: false, code: 'budget', from: 24 });
    expect(holds(failed)).to.equal(false);
    expect(evaluate(ast, { roots: { config: { list } } }, { steps: 1_000_000 })).to.include({ value: true });
  });

  it('refuses a tree that is deeper than it may be', () => {
    const { ast } = parseExpression('not not not true');
    expect(evaluate(ast, agent, { depth: 3 })).to.include({ ok: false, code: 'depth' });
    expect(evaluate(ast, agent, { depth: 4 })).to.include({ ok: true, value: false });
  });

  it('refuses texts that are too long to be searched', () => {
    const long = { roots: { x: 'a'.repeat(100_000), y: 'b'.repeat(600) } };
    for (const text of ['x matches "b"', 'lower(x) = "a"', 'contains("a", y)'])
      expect(evaluate(parseExpression(text).ast, long), text).to.include({ ok: false, code: 'size' });
  });

  it('takes no time for patterns that others never come back from', () => {
    const text = `x matches '(a+)+$' or x matches '(a|aa)+$' or x matches '(.*)*b' or x matches '^(([a-z])+.)+[A-Z]([a-z])+$'`;
    const { ast } = parseExpression(text);
    expect(evaluate(ast, { roots: { x: `${'a'.repeat(200)}!` } })).to.include({ ok: true, value: false });
  });

  it('never evaluates what has errors, however whole it looks', () => {
    for (const text of ['(true', 'true true', 'env == "prod"', 'x matches "("', ''])
      expect(evaluate(parseExpression(text).ast, agent), text).to.include({ ok: false, code: 'invalid' });
  });

  it('never throws, whatever it is given', () => {
    const { ast } = parseExpression('x.y = 1');
    const hostile = Object.defineProperty({}, 'y', {
      enumerable: true,
      get: () => {
        throw new Error('trap');
      },
    });
    expect(evaluate(ast, { roots: { x: hostile as never } })).to.include({ ok: false, code: 'internal' });
  });
});
