import { cp, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { sourceHash } from './source-hash.ts';

describe('the hash of the sources', () => {
  let root: string;
  const paths = ['web/src', 'web/package.json', 'not-there'];
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'ampora-spec-'));
    await mkdir(join(root, 'one/web/src/lib'), { recursive: true });
    await writeFile(join(root, 'one/web/src/lib/a.ts'), 'a');
    await writeFile(join(root, 'one/web/src/b.ts'), 'b');
    await writeFile(join(root, 'one/web/package.json'), '{}');
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('is the same for a copy, whatever the dates and specs', async () => {
    await cp(join(root, 'one'), join(root, 'two'), { recursive: true });
    await utimes(join(root, 'two/web/src/b.ts'), 1, 1);
    await writeFile(join(root, 'two/web/src/b.unit.spec.ts'), 'x');
    expect(await sourceHash(join(root, 'two'), paths)).to.equal(await sourceHash(join(root, 'one'), paths));
  });

  const changes: readonly (readonly [string, (one: string) => Promise<void>])[] = [
    ['content', (one) => writeFile(join(one, 'web/src/b.ts'), 'c')],
    ['a new file', (one) => writeFile(join(one, 'web/src/lib/c.ts'), '')],
    ['a removed file', (one) => rm(join(one, 'web/src/b.ts'))],
    ['a single file that is named', (one) => writeFile(join(one, 'web/package.json'), '{ }')],
    [
      'a byte that moves from one file to the next',
      async (one) => {
        await writeFile(join(one, 'web/src/b.ts'), '');
        await writeFile(join(one, 'web/src/lib/a.ts'), 'ba');
      },
    ],
  ];
  for (const [title, change] of changes) {
    it(`changes with ${title}`, async () => {
      const before = await sourceHash(join(root, 'one'), paths);
      await change(join(root, 'one'));
      expect(await sourceHash(join(root, 'one'), paths)).not.to.equal(before);
    });
  }
});
