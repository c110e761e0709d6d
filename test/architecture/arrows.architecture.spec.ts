import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { arrows, folderOf, purePackages } from './arrows.ts';
import { findForbiddenImports } from './cruise.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const readJson = (path: string) =>
  JSON.parse(readFileSync(`${root}${path}`, 'utf8')) as Record<string, unknown>;
const oursIn = (dependencies: unknown) =>
  Object.keys((dependencies ?? {}) as object)
    .filter((name) => name.startsWith('@ampora/'))
    .map((name) => name.slice('@ampora/'.length));

describe('the dependency arrows', () => {
  it('are kept by every import', async () => {
    const { modules, violations } = await findForbiddenImports();
    expect(modules, 'modules looked at').to.be.greaterThan(100);
    expect(violations, `\n${violations.join('\n')}\n`).to.deep.equal([]);
  });

  for (const [name, allowed] of Object.entries(arrows)) {
    it(`are those that ${name} declares in its package.json`, () => {
      const manifest = readJson(`${folderOf(name)}/package.json`);
      const undeclared = oursIn(manifest['dependencies']).filter(
        (dependency) => !allowed.includes(dependency),
      );
      expect(
        undeclared,
        `${folderOf(name)}/package.json lists packages that test/architecture/arrows.ts does not allow`,
      ).to.deep.equal([]);
    });

    it(`are those that ${name} references in its tsconfig.json`, function () {
      const path = `${folderOf(name)}/tsconfig.json`;
      if (!existsSync(`${root}${path}`) || name === 'web') return this.skip();
      const references = ((readJson(path)['references'] ?? []) as { path: string }[]).map(
        (reference) => reference.path.split('/').at(-1) ?? '',
      );
      const declared = oursIn(readJson(`${folderOf(name)}/package.json`)['dependencies']);
      expect(
        [...references].sort(),
        `references of ${path} and dependencies of its package.json differ`,
      ).to.deep.equal([...declared].sort());
    });
  }

  for (const name of purePackages) {
    it(`keep ${name} without the types of any runtime`, () => {
      const options = readJson(`packages/${name}/tsconfig.json`)['compilerOptions'] as { types?: string[] };
      expect(
        options.types,
        `packages/${name}/tsconfig.json must set "types": [] so that process, Buffer and timers do not compile`,
      ).to.deep.equal([]);
    });
  }
});
