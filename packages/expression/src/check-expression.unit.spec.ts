import { expect } from 'chai';
import { checkExpression } from './check-expression.ts';
import type { ContextName } from './context-schema.ts';

const cases: readonly (readonly [text: string, context: ContextName, problems: readonly string[]])[] = [
  ['', 'selector', ['1:1 error syntax/empty']],
  ['env == "prod"', 'selector', ['1:5 error syntax/operator =']],
  [
    'env = "a" && zone = "b" || not x = "c"',
    'selector',
    ['1:11 error syntax/operator and', '1:25 error syntax/operator or'],
  ],
  ['env = "a" AND zone = "b"', 'selector', ['1:11 error syntax/case and']],
  ['env =', 'selector', ['1:6 error syntax/operand']],
  ['env = "a" zone = "b" x', 'selector', ['1:11 error syntax/unexpected', '1:22 error syntax/unexpected']],
  ['(env = "a"', 'selector', ['1:1 error syntax/bracket']],
  ['env = "a")', 'selector', ['1:10 error syntax/bracket']],
  ['env = "a', 'selector', ['1:7 error syntax/open-quote']],
  ['env = "\\d"', 'selector', ['1:8 error syntax/escape']],
  ['a < b < c', 'selector', ['1:7 error syntax/chain']],
  ['env in ()', 'selector', ['1:9 error syntax/empty-list']],
  ['env in ("a" "b")', 'selector', ['1:13 error syntax/list']],
  ['env = 5x', 'selector', ['1:7 error syntax/number']],
  ['env matches x', 'selector', ['1:13 error syntax/pattern']],
  ['any (config.exporters)', 'lint', ['1:23 error syntax/where']],
  ['any (config.exporters) were type = "x"', 'lint', ['1:24 error syntax/where where']],
  [
    'env = any (x) where true',
    'selector',
    ['1:1 error type/comparison', '1:7 error syntax/brackets', '1:12 error type/quantifier'],
  ],
  ['env = €', 'selector', ['1:7 error syntax/character', '1:8 error syntax/operand']],
  ['env = "a"\nand zon =', 'selector', ['2:10 error syntax/operand']],
  ['env matches "(a"', 'selector', ['1:13 error regex/invalid']],
  ["env matches '(?=a)b'", 'selector', ['1:13 error regex/invalid']],
  ["env matches '(a)\\1'", 'selector', ['1:13 error regex/invalid']],
  ["env matches 'a{1001}'", 'selector', ['1:13 error regex/invalid']],
  ["env matches '((a{30}){30}){30}'", 'selector', ['1:13 error regex/invalid']],
  [`${"env matches 'x{900}y' or ".repeat(5)}true`, 'selector', ['1:113 error regex/too-many']],
  ['env = 5', 'selector', ['1:1 error type/comparison "5"']],
  ['cores >= 4', 'selector', ['1:1 error type/comparison']],
  ['env in ("a", 5)', 'selector', ['1:14 error type/comparison "5"']],
  ['env', 'selector', ['1:1 error type/condition']],
  ['not agent.capabilities', 'selector', ['1:5 error type/condition']],
  ['len(env)', 'selector', ['1:1 error type/condition']],
  ['len(env) matches "x"', 'selector', ['1:1 error type/matches']],
  ['len(env, env) = 1', 'selector', ['1:1 error function/arguments']],
  ['lower(5) = "5"', 'selector', ['1:7 error type/argument']],
  ['lenght(env) = 1', 'selector', ['1:1 error function/unknown']],
  ['starts_with(env, "a")', 'selector', ['1:1 error function/unknown starts-with']],
  ['agent.descripton.x = "a"', 'selector', ['1:7 error path/unknown description']],
  ['agent.group.name = "a"', 'policy', ['1:13 error path/no-fields']],
  ['config.exporters = null', 'selector', ['1:1 warning path/other-context']],
  ['exporters = null', 'lint', ['1:1 error path/unknown']],
  ['any (config.exporters) where aliass = "x"', 'lint', ['1:30 error path/unknown alias']],
  ['any (agent.capabilities) where name = "x"', 'selector', ['1:32 error path/no-fields']],
  ['any (agent.group) where true', 'policy', ['1:6 error type/quantifier']],
  ['any (config.exporters) as config where true', 'lint', ['1:1 error name/taken']],
  ['has-key exporters', 'lint', ['1:1 error has-key/no-target']],
  ['config has-key exporter', 'lint', ['1:1 warning path/unknown']],
  ['env = "a"\nor agent.group = "b"', 'selector', ['2:4 error selector/asks-for-group']],
  ['env < null', 'selector', ['1:1 warning null/always']],
  ['env in ("a", null)', 'selector', ['1:14 warning null/always']],
  ['null matches "x"', 'selector', ['1:1 warning null/always']],
  ['null = null', 'selector', ['1:1 warning constant']],
  ['1 = 2', 'selector', ['1:1 warning constant']],
  [
    'any (config.receivers) where props.interval <= "soon" and 5s < "x"',
    'lint',
    ['1:59 warning constant', '1:64 error type/duration'],
  ],
  ['duration("soon") = 5s', 'lint', ['1:10 error type/duration']],
  ['config.yaml < true', 'lint', ['1:1 error type/comparison']],
];

describe('checking an expression', () => {
  for (const [text, context, problems] of cases)
    it(`finds ${problems.join(', ')}: ${JSON.stringify(text.slice(0, 60))}`, () => {
      const checked = checkExpression(text, context);
      expect(
        checked.problems.map(
          ({ line, column, severity, code, suggestion }) =>
            `${line}:${column} ${severity} ${code}${suggestion === undefined ? '' : ` ${suggestion}`}`,
        ),
      ).to.deep.equal(problems);
      expect(checked.ok).to.equal(!problems.some((problem) => problem.includes(' error ')));
    });

  it('has nothing against the examples of what it is for', () => {
    for (const [text, context] of [
      ['service.name = "x"', 'selector'],
      ['k8s.namespace.name in ("a", "b") and host.name matches "^web-"', 'selector'],
      ['not (capability matches "OwnMetrics")', 'selector'],
      ['all (config.exporters) where not props.tls.insecure = true', 'lint'],
      ['all (config.receivers) where type != "hostmetrics" or props.collection_interval <= 60s', 'lint'],
      ['config.yaml.service.telemetry.resource["service.namespace"] != null', 'lint'],
      [
        'agent.group = "edge" and any (config.pipelines) where signal = "logs" and len(exporters) > 1',
        'policy',
      ],
      ['tenant = "default" or len(agent.description) > 3', 'policy'],
    ] as const)
      expect(checkExpression(text, context).problems, text).to.deep.equal([]);
  });

  it('tells what is read, each once', () => {
    const text = 'env = "a" or env = "b" or agent.description["a b"] = tenant and has-key zone';
    const { references, labelKeys } = checkExpression(text, 'selector');
    expect(references).to.deep.equal([
      'agent.description["env"]',
      'agent.description["a b"]',
      'tenant',
      'agent.description["zone"]',
    ]);
    expect(labelKeys).to.deep.equal(['env', 'a b', 'zone']);
    expect(checkExpression('config.yaml.a["b c"].d[0] = 1', 'lint').references).to.deep.equal([
      'config.yaml.a["b c"].d[0]',
    ]);
  });

  it('refuses what is too long or too deep, at once', () => {
    expect(checkExpression('a'.repeat(1_000_000), 'selector').problems[0]).to.include({
      code: 'limit/length',
    });
    for (const text of [
      '('.repeat(9_000),
      'not '.repeat(2_400),
      `${'('.repeat(4_999)}x`,
      'any (x) where '.repeat(700),
    ])
      expect(
        checkExpression(text, 'selector').problems.map(({ code }) => code),
        text.slice(0, 20),
      ).to.include('limit/depth');
    expect(checkExpression(`${'not '.repeat(64)}true`, 'selector').problems[0]).to.include({
      code: 'limit/depth',
    });
    expect(checkExpression(`${'not '.repeat(63)}true`, 'selector').ok).to.equal(true);
    expect(checkExpression(`a${'.a'.repeat(40)} = "x"`, 'selector').problems[0]).to.include({
      code: 'limit/path',
    });
  });

  it('tells no more than twenty problems', () => {
    expect(checkExpression('€'.repeat(500), 'selector').problems).to.have.length(20);
  });
});
