import { checkExpression } from '@ampora/expression';
import { expect } from 'chai';
import { operators } from './operators.ts';

describe('the examples of operators', () => {
  for (const [word, , example] of operators)
    it(`are right: ${word}`, () => {
      const { problems } = checkExpression(example, 'selector');
      expect(problems).to.deep.equal([]);
    });
});
