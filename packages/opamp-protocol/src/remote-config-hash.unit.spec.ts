import { expect } from 'chai';
import fc from 'fast-check';
import type { ConfigFile } from './config-file.ts';
import { remoteConfigHash } from './remote-config-hash.ts';

const file: fc.Arbitrary<ConfigFile> = fc.record({
  name: fc.string({ unit: 'binary', maxLength: 6 }),
  contentType: fc.string({ unit: 'binary', maxLength: 6 }),
  body: fc.uint8Array({ maxLength: 8 }),
});
const files = fc.uniqueArray(file, { selector: ({ name }) => name, maxLength: 5 });

function hash(list: readonly ConfigFile[]): string {
  return Buffer.from(remoteConfigHash(list)).toString('hex');
}

function make(name: string, body: string, contentType = ''): ConfigFile {
  return { name, contentType, body: Buffer.from(body) };
}

describe('the hash of a remote config', () => {
  it('is the same in any order', () => {
    fc.assert(
      fc.property(files, fc.infiniteStream(fc.nat()), (list, numbers) => {
        const ranked = list.map((item) => ({ item, rank: numbers.next().value as number }));
        const shuffled = ranked.toSorted((left, right) => left.rank - right.rank).map(({ item }) => item);
        expect(hash(shuffled)).to.equal(hash(list));
      }),
    );
  });

  it('is the same in every process: this form must not change by accident', () => {
    expect(hash([])).to.equal('463ec6cad38263713649f2a1c7ec07a5781a21b838f399f5cccb6402f8af62c2');
    expect(hash([make('', 'receivers: {}\n', 'text/yaml')])).to.equal(
      '18137159de533a5a7fa346e69554df7a718d0003d47582c48bc2c0a7186d1ded',
    );
  });

  it('has 32 bytes, also for no files', () => {
    fc.assert(fc.property(files, (list) => remoteConfigHash(list).length === 32));
  });

  it('differs for any two different configs', () => {
    const canonical = (list: readonly ConfigFile[]) =>
      JSON.stringify(
        list
          .map(({ name, contentType, body }) => [name, contentType, [...body]])
          .toSorted((left, right) => (String(left[0]) < String(right[0]) ? -1 : 1)),
      );
    fc.assert(
      fc.property(files, files, (left, right) => {
        expect(hash(left) === hash(right)).to.equal(canonical(left) === canonical(right));
      }),
      { numRuns: 1000 },
    );
  });

  it('changes with any name, content type or body', () => {
    fc.assert(
      fc.property(files, fc.nat(), fc.constantFrom('name', 'contentType', 'body'), (list, place, part) => {
        fc.pre(list.length > 0);
        const changed = list.with(place % list.length, changePart(list[place % list.length]!, part));
        fc.pre(new Set(changed.map(({ name }) => name)).size === changed.length);
        expect(hash(changed)).not.to.equal(hash(list));
      }),
    );
  });

  const ambiguous: [left: ConfigFile[], right: ConfigFile[]][] = [
    [[make('a', 'bc')], [make('ab', 'c')]],
    [[make('a', 'b', 'c')], [make('a', 'c', 'b')]],
    [[make('a', 'b'), make('c', 'd')], [make('a', 'bcd')]],
    [[make('', '')], []],
    [[make('a', '')], [make('', 'a')]],
  ];
  for (const [left, right] of ambiguous) {
    it(
      `tells ${JSON.stringify(left)} from ${JSON.stringify(right)}`.replaceAll(
        /\{"type":"Buffer","data":(\[[^\]]*\])\}/g,
        '$1',
      ),
      () => {
        expect(hash(left)).not.to.equal(hash(right));
      },
    );
  }

  it('is refused for two files of one name', () => {
    expect(() => remoteConfigHash([make('a', '1'), make('b', ''), make('a', '2')])).to.throw(
      RangeError,
      'named "a"',
    );
  });
});

function changePart(original: ConfigFile, part: string): ConfigFile {
  if (part === 'name') return { ...original, name: `${original.name}x` };
  if (part === 'contentType') return { ...original, contentType: `${original.contentType}x` };
  return { ...original, body: Buffer.concat([original.body, Buffer.from('x')]) };
}
