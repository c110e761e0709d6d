import { expect } from 'chai';
import fc from 'fast-check';
import { contexts, expressions, withoutPlaces } from './arbitrary-expression.spec.ts';
import { checkExpression } from './check-expression.ts';
import { completeExpression } from './complete-expression.ts';
import { contextSchemas } from './context-schema.ts';
import { evaluate, type Evaluation } from './evaluate.ts';
import { evaluateNaively, Refused } from './naive-evaluation.spec.ts';
import { parseExpression } from './parse-expression.ts';
import { printExpression } from './print-expression.ts';
import type { Expression } from './syntax-tree.ts';

const nowhere = { from: 0, to: 0 } as const;

const pieces = [
  ...'()[].,=<>!\'"\\#- \n\u0000🙂',
  'or',
  'and',
  'not',
  'in',
  'matches',
  'has-key',
  'any (',
  'all (',
  ') where ',
  ' as e ',
  'null',
  'true',
  '60s',
  '3.5',
  '"x"',
  "'[a'",
  'len(',
  'agent.description',
  'config.exporters',
  'it',
  '__proto__',
  'constructor',
];
/** Texts that are nearly expressions. */
const nearTexts = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 25 }).map((parts) => parts.join(' ')),
  fc.array(fc.constantFrom(...pieces), { maxLength: 25 }).map((parts) => parts.join('')),
  fc.string({ maxLength: 60, unit: 'binary' }),
);

const outcome = (evaluation: Evaluation): unknown =>
  evaluation.ok ? { value: evaluation.value } : 'refused';

describe('the expression language, as laws', () => {
  it('reads what it prints as the same tree', () => {
    fc.assert(
      fc.property(expressions, (tree) => {
        const printed = printExpression(tree);
        const read = parseExpression(printed);
        expect(read.problems, printed).to.deep.equal([]);
        expect(withoutPlaces(read.ast), printed).to.deep.equal(withoutPlaces(tree));
        expect(printExpression(read.ast)).to.equal(printed);
      }),
      { numRuns: 1_500 },
    );
  });

  it('agrees with an evaluator that does it the plain way', () => {
    let agreed = 0;
    fc.assert(
      fc.property(expressions, contexts, (tree, context) => {
        let expected: unknown;
        try {
          expected = { value: evaluateNaively(tree, context) };
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
          expected = 'refused';
        }
        expect(outcome(evaluate(tree, context)), printExpression(tree)).to.deep.equal(expected);
        if (expected !== 'refused') agreed += 1;
      }),
      { numRuns: 3_000 },
    );
    expect(agreed, 'most cases have a value').to.be.greaterThan(1_000);
  });

  it('never takes more steps than it may, and gives the same with more of them', () => {
    fc.assert(
      fc.property(expressions, contexts, fc.nat(30), fc.nat(1_000), (tree, context, steps, more) => {
        const tight = evaluate(tree, context, { steps });
        const wide = evaluate(tree, context, { steps: steps + more });
        if (tight.ok) {
          expect(tight.steps).to.be.at.most(steps);
          expect(wide).to.deep.equal(tight);
        } else if (tight.code !== 'budget') expect(wide).to.deep.equal(tight);
      }),
      { numRuns: 1_500 },
    );
  });

  it('keeps De Morgan’s laws, refusals included', () => {
    const not = (operand: Expression): Expression => ({ kind: 'not', operand, ...nowhere });
    fc.assert(
      fc.property(expressions, expressions, contexts, (left, right, context) => {
        for (const [kind, other] of [
          ['and', 'or'],
          ['or', 'and'],
        ] as const) {
          const one = not({ kind, operands: [left, right], ...nowhere });
          const two: Expression = { kind: other, operands: [not(left), not(right)], ...nowhere };
          expect(outcome(evaluate(one, context))).to.deep.equal(outcome(evaluate(two, context)));
        }
        const any: Expression = { kind: 'any', list: left, name: 'x', condition: right, ...nowhere };
        const all: Expression = { kind: 'all', list: left, name: 'x', condition: not(right), ...nowhere };
        expect(outcome(evaluate(not(any), context))).to.deep.equal(outcome(evaluate(all, context)));
      }),
      { numRuns: 1_500 },
    );
  });

  it('answers to every text, with places inside it', () => {
    fc.assert(
      fc.property(nearTexts, fc.nat(60), contexts, (text, offset, context) => {
        for (const name of ['selector', 'lint', 'policy'] as const) {
          const { ok, problems, ast } = checkExpression(text, name);
          for (const { from, to, line, column } of problems) {
            expect(from).to.be.within(0, text.length);
            expect(to).to.be.within(from, Math.max(from + 1, text.length + 1));
            expect(text.split('\n')[line - 1]?.length ?? -1).to.be.at.least(column - 1);
          }
          expect(ok).to.equal(!problems.some(({ severity }) => severity === 'error'));
          const evaluation = evaluate(ast, context);
          if (parseExpression(text).ok) expect(evaluate(ast, context)).to.deep.equal(evaluation);
          else expect(evaluation.ok).to.equal(false);
          const { from, to, options } = completeExpression(text, offset, name, { labelKeys: ['env', 'a b'] });
          expect(from).to.be.at.most(to);
          expect(options.length).to.be.at.most(50);
        }
      }),
      { numRuns: 1_500 },
    );
  });

  it('has only options that are possible: what is taken is no error where it stands', () => {
    const known = {
      labelKeys: ['env', 'service.name', 'a key'],
      labelValues: { env: ['prod', "o'c\\lock"] },
    };
    for (const [before, name] of [
      ['', 'selector'],
      ['env = ', 'selector'],
      ['env in (', 'selector'],
      ['has-key ', 'selector'],
      ['any (config.exporters) where ', 'lint'],
      ['all (config.pipelines) as p where p.', 'lint'],
      ['env ', 'selector'],
    ] as const) {
      const { options, from } = completeExpression(before, before.length, contextSchemas[name], known);
      expect(options, before).to.not.deep.equal([]);
      for (const { insert } of options) {
        const text = before.slice(0, from) + insert;
        const wrong = checkExpression(text, name).problems.filter(
          ({ code, from: at }) => at < text.length && /unknown|character|escape/.test(code),
        );
        expect(wrong, text).to.deep.equal([]);
      }
    }
  });
});
