import { expect } from 'chai';
import { completeExpression, type KnownValues } from './complete-expression.ts';
import type { ContextName } from './context-schema.ts';

const known: KnownValues = {
  labelKeys: ['service.name', 'env', 'host.name', 'a key'],
  labelValues: { env: ['prod', 'stage'] },
  capabilities: ['AcceptsRemoteConfig'],
  groups: ['edge'],
};

/** `|` is the cursor. Expected: what is replaced, and the first options. */
const cases: readonly (readonly [
  text: string,
  context: ContextName,
  replaced: string,
  first: readonly string[],
])[] = [
  [
    '|',
    'selector',
    '',
    ['service.name', 'env', 'host.name', 'agent.description["a key"]', 'agent.description'],
  ],
  ['en|', 'selector', 'en', ['env', 'ends-with(']],
  ['service.n|', 'selector', 'service.n', ['service.name']],
  ['servi|ce.nam = "x"', 'selector', 'service.nam', ['service.name']],
  ['agent.c|', 'selector', 'agent.c', ['agent.capabilities']],
  ['env |', 'selector', '', ['=', '!=', 'in', 'matches']],
  ['(env |', 'selector', '', ['=', '!=', 'in', 'matches']],
  ['env = |', 'selector', '', ['"prod"', '"stage"', 'null']],
  ['env = "p|', 'selector', '"p', ['"prod"']],
  ['env = "p|" and x = "y"', 'selector', '"p"', ['"prod"']],
  ['env in |', 'selector', '', ['(', '("prod"', '("stage"']],
  ['env in (|', 'selector', '', ['"prod"', '"stage"']],
  ['env in ("prod", "s|")', 'selector', '"s"', ['"stage"']],
  ['env = "prod" |', 'selector', '', ['and', 'or']],
  ['not (env = "prod" |', 'selector', '', ['and', 'or']],
  ['env = "prod" an|', 'selector', 'an', ['and']],
  ['capability = |', 'selector', '', ['"AcceptsRemoteConfig"']],
  ['agent.group = |', 'policy', '', ['"edge"']],
  ['has-key |', 'selector', '', ['service.name', 'env', 'host.name', '"a key"']],
  ['agent.description["|', 'selector', '"', ['"service.name"', '"env"']],
  ['env matches |', 'selector', '', []],
  ['any (config.exporters) |', 'lint', '', ['where', 'as']],
  ['any (config.exporters) wh|', 'lint', 'wh', ['where']],
  ['any (config.exporters) where |', 'lint', '', ['alias', 'type', 'name', 'props', 'used', 'it']],
  ['any (config.exporters) where used = |', 'lint', '', ['true', 'false']],
  ['any (config.exporters) where type |', 'lint', '', ['=', '!=']],
  ['all (config.pipelines) as p where p.|', 'lint', 'p.', ['p.id', 'p.signal', 'p.receivers']],
  ['config.p|', 'lint', 'config.p', ['config.processors', 'config.pipelines']],
  ['config.e| = null', 'policy', 'config.e', ['config.exporters', 'config.extensions']],
];

describe('completing an expression', () => {
  for (const [text, context, replaced, first] of cases)
    it(`offers ${first.slice(0, 3).join(' ') || 'nothing'}: ${text}`, () => {
      const offset = text.indexOf('|');
      const plain = text.replace('|', '');
      const { from, to, options } = completeExpression(plain, offset, context, known);
      expect(plain.slice(from, to)).to.equal(replaced);
      expect(options.slice(0, first.length).map(({ insert }) => insert)).to.deep.equal(first);
      if (first.length === 0) expect(options).to.deep.equal([]);
    });

  it('answers at once to a text that is too long, and to an offset that is nowhere', () => {
    expect(completeExpression('x'.repeat(1_000_000), 5, 'lint').options).to.deep.equal([]);
    expect(completeExpression('env', Number.NaN, 'selector', known).options).to.not.deep.equal([]);
    expect(completeExpression('env ', 99, 'selector', known).options[0]).to.include({ insert: '=' });
  });
});
