import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { checkExpression } from './check-expression.ts';
import { contextSchemas, type ContextName } from './context-schema.ts';
import { evaluate } from './evaluate.ts';
import { functions, type LanguageFunction } from './functions.ts';
import { maxTextLength, parseExpression } from './parse-expression.ts';
import { keywords } from './read-tokens.ts';
import type { Value } from './value.ts';
import { nameOfType } from './value-type.ts';

const page = readFileSync(new URL('../../../docs/expression-language.md', import.meta.url), 'utf8');

function rowOf({ name, parameters, repeatsLast, result, doc, examples }: LanguageFunction): string {
  const signature = `${name}(${parameters.map((one) => one.name).join(', ')}${repeatsLast ? ', …' : ''})`;
  const shown = examples.map(([text, value]) => `\`${text}\` is \`${JSON.stringify(value)}\``).join('; ');
  return [`\`${signature}\``, nameOfType(result), doc, shown].join(' | ');
}

const cells = (line: string): string =>
  line
    .replaceAll('\\|', '\u0000')
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())
    .join(' | ')
    .replaceAll('\u0000', '|');

describe('the reference page', () => {
  const lines = page.split('\n').map(cells);

  for (const one of functions.values())
    it(`tells what ${one.name} is, as it is`, () => {
      expect(lines, rowOf(one)).to.include(rowOf(one));
    });

  it('has no function that is not there', () => {
    const told = [...page.matchAll(/^\| `([a-z-]+)\(/gm)].map(([, name]) => name);
    expect(told).to.deep.equal([...functions.keys()]);
  });

  for (const { name, examples } of functions.values())
    it(`has examples of ${name} that come true`, () => {
      expect(examples.length).to.be.greaterThan(0);
      for (const [text, value] of examples) {
        const evaluation = evaluate(parseExpression(text).ast, { roots: {} });
        expect(evaluation, text).to.deep.include({ ok: true, value: value as Value });
      }
    });

  for (const name of Object.keys(contextSchemas) as ContextName[])
    it(`has ${name} examples without a fault`, () => {
      const blocks = [...page.matchAll(new RegExp(`^\`\`\`${name}\n([^]*?)^\`\`\``, 'gm'))];
      const examples = blocks.flatMap(([, block = '']) => block.trim().split('\n'));
      expect(examples.length).to.be.greaterThan(1);
      for (const text of examples) expect(checkExpression(text, name).problems, text).to.deep.equal([]);
    });

  it('names every keyword, root and field', () => {
    for (const keyword of keywords) expect(page).to.match(new RegExp(`["\`]${keyword}["\` ]`), keyword);
    for (const { roots } of Object.values(contextSchemas))
      for (const [root, { type }] of Object.entries(roots)) {
        const fields = type.kind === 'object' ? Object.keys(type.fields) : [];
        expect(page).to.include(`\`${root}`);
        for (const field of fields) expect(page, `${root}.${field}`).to.match(new RegExp(`\\.${field}\``));
      }
  });

  it('tells the bounds as they are', () => {
    expect(lines).to.include(`characters of an expression | ${maxTextLength.toLocaleString('en')}`);
  });
});
