import { expect } from 'chai';
import { type YamlPlace, yamlPlaceAt } from './yaml-place.ts';

/** The place of the `|` in a text. */
function at(marked: string): YamlPlace {
  const before = marked.slice(0, marked.indexOf('|'));
  const rows = marked.replace('|', '').split('\n');
  const number = before.split('\n').length;
  const lines = { count: rows.length, line: (one: number) => rows[one - 1] ?? '' };
  return yamlPlaceAt(lines, number, before.length - (before.lastIndexOf('\n') + 1));
}

describe('the place of a cursor in YAML', () => {
  const cases: readonly [string, string, readonly (string | number)[], YamlPlace['role'], string][] = [
    ['an empty text', '|', [], 'key', ''],
    ['a key at the root', 'rec|', [], 'key', 'rec'],
    ['a key under a section', 'receivers:\n  ot|', ['receivers'], 'key', 'ot'],
    ['a blank line under a section', 'receivers:\n  otlp:\n  |', ['receivers'], 'key', ''],
    ['a blank line deeper', 'receivers:\n  otlp:\n    |', ['receivers', 'otlp'], 'key', ''],
    ['a blank line at the root', 'receivers:\n  otlp:\n|', [], 'key', ''],
    ['a value', 'a:\n  b: 1|0', ['a', 'b'], 'value', '1'],
    ['a key that is written', 'a:\n  be|fore: 1', ['a', 'before'], 'key', 'be'],
    ['a list in one line', 'p:\n  receivers: [otlp, ho|]', ['p', 'receivers', 1], 'item', 'ho'],
    ['an empty list in one line', 'p:\n  receivers: [|]', ['p', 'receivers', 0], 'item', ''],
    ['the first item', 'p:\n  receivers:\n    - ot|', ['p', 'receivers', 0], 'item', 'ot'],
    ['the third item', 'p:\n  r:\n    - a\n    - b\n    - c|', ['p', 'r', 2], 'item', 'c'],
    ['a list without an indent', 'p:\n  r:\n  - a\n  - b|', ['p', 'r', 1], 'item', 'b'],
    ['a list without an indent at the root', 'r:\n- a\n- b|', ['r', 1], 'item', 'b'],
    ['a key in an item', 'a:\n  - k: 1\n    v: 2\n  - k: 3\n    v|', ['a', 1], 'key', 'v'],
    ['a value in the first key of an item', 'a:\n  - k: 1|', ['a', 0, 'k'], 'value', '1'],
    ['below a comment', 'a:\n  # note\n\n  b: |', ['a', 'b'], 'value', ''],
    ['a quoted key', "a:\n  'b c':\n    d: |", ['a', 'b c', 'd'], 'value', ''],
    ['a key with a slash', 'receivers:\n  otlp/2:\n    x: |', ['receivers', 'otlp/2', 'x'], 'value', ''],
    ['an address as a value', 'a:\n  endpoint: http://b|', ['a', 'endpoint'], 'value', 'http://b'],
  ];
  for (const [name, text, path, role, word] of cases)
    it(`is known in ${name}`, () => {
      const place = at(text);
      expect(place.path).to.deep.equal(path);
      expect(place.role).to.equal(role);
      expect(place.word).to.equal(word);
    });

  it('is found deep in a long list without walking it twice', () => {
    const rows = ['list:', ...Array.from({ length: 10_000 }, (_, index) => `  - item${index}`)];
    const lines = { count: rows.length, line: (one: number) => rows[one - 1] ?? '' };
    expect(yamlPlaceAt(lines, rows.length, 8).path).to.deep.equal(['list', 9_999]);
  });
});
