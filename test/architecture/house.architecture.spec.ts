import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const root = fileURLToPath(new URL('../../', import.meta.url));
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter(Boolean);
const sources = files.filter(
  (file) =>
    /^(?:packages|projections|web|test|infra)\/.*\.(?:ts|svelte)$/.test(file) && !file.includes('/routes/'),
);

describe('the house', () => {
  it('keeps the top level of the design card', () => {
    const top = new Set(files.map((file) => file.split('/')[0]));
    for (const name of [
      'package.json',
      'tsconfig.base.json',
      'packages',
      'proto',
      'projections',
      'web',
      'infra',
      'test',
      'adr',
    ]) {
      expect(top.has(name), `${name} is missing at the top level`).to.equal(true);
    }
  });

  it('calls nothing util, helper or manager', () => {
    const named = sources.filter((file) =>
      /(?:^|[-/.])(?:utils?|helpers?|managers?|common|misc)(?:[-/.]|$)/.test(file),
    );
    expect(named, 'name the file after its one subject').to.deep.equal([]);
  });

  it('names files in kebab-case', () => {
    const odd = sources.filter(
      (file) => !/^[a-z0-9]+(?:[-.][a-z0-9]+)*\.(?:ts|svelte)$/.test(basename(file)),
    );
    expect(odd, 'rename to kebab-case after the main export').to.deep.equal([]);
  });

  it('lists exports one by one: no index hands on everything', () => {
    const wild = sources.filter(
      (file) => basename(file) === 'index.ts' && /^export \*/m.test(readFileSync(`${root}${file}`, 'utf8')),
    );
    expect(wild.map(dirname), 'write an explicit export list').to.deep.equal([]);
  });

  it('reads the environment in composition roots only', () => {
    const allowed =
      /^(?:packages\/(?:server|cli|testkit|platform)\/|test\/|infra\/|web\/)|\.spec\.ts$|contract\//;
    const readers = sources.filter(
      (file) => !allowed.test(file) && readFileSync(`${root}${file}`, 'utf8').includes('process.env'),
    );
    expect(readers, 'take a setting as a parameter; server/ and cli/ read the environment').to.deep.equal([]);
  });

  it('ends the process in main files only', () => {
    const allowed = /(?:main|run|cruise|where)\.ts$|^packages\/cli\/|^test\/|\.fixture\.ts$|\.spec\.ts$/;
    const enders = sources.filter(
      (file) => !allowed.test(file) && /process\.exit\(/.test(readFileSync(`${root}${file}`, 'utf8')),
    );
    expect(enders, 'throw a specific error; the main file turns it into an exit code').to.deep.equal([]);
  });
});
