import { contextSchemas } from '@ampora/expression';
import { expect } from 'chai';
import { pathsOf, wordOf } from './paths-of.ts';

describe('the paths of a context', () => {
  it('reach through lists and mappings', () => {
    const paths = pathsOf(contextSchemas.lint).map(({ path }) => path);
    expect(paths).to.include.members([
      'config',
      'config.exporters[…].type',
      'config.pipelines.<key>.processors',
    ]);
  });

  it('say their types in words', () => {
    expect(wordOf({ kind: 'list', element: { kind: 'string' } })).to.equal('list of text');
    expect(wordOf({ kind: 'map', value: { kind: 'string' } })).to.equal('text by key');
    expect(wordOf({ kind: 'number' })).to.equal('number');
  });
});
