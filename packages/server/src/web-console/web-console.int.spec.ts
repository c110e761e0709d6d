import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@ampora/platform';
import { expect } from 'chai';
import { buildOf, buildsFolder, consoleHash, pruneBuilds, webConsoleState } from './console-builds.ts';
import { findOrBuild, repositoryRoot } from './web-console.ts';

/** A console of one page: all of the real tools, little of the work. */
const page = '<p>A page</p>';
const appHtml = '<!doctype html><html><head>%sveltekit.head%</head><body>%sveltekit.body%</body></html>';
const viteConfig = `
import adapter from '@sveltejs/adapter-node';
import { sveltekit } from '@sveltejs/kit/vite';
export default { plugins: [sveltekit({ adapter: adapter({ out: 'build' }) })] };
`;

describe('the web console', () => {
  let root: string;
  const processes: ReturnType<typeof spawn>[] = [];
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'ampora-spec-'));
    await mkdir(join(root, 'web/src/routes'), { recursive: true });
    await symlink(join(repositoryRoot, 'node_modules'), join(root, 'node_modules'));
    await symlink(join(repositoryRoot, 'web/node_modules'), join(root, 'web/node_modules'));
    await writeFile(join(root, 'web/src/app.html'), appHtml);
    await writeFile(join(root, 'web/src/routes/+page.svelte'), page);
    await writeFile(join(root, 'web/package.json'), '{ "type": "module" }');
    await writeFile(join(root, 'web/vite.config.ts'), viteConfig);
    await writeFile(join(root, 'web/tsconfig.json'), '{ "compilerOptions": {} }');
  });
  afterEach(async () => {
    for (const child of processes.splice(0)) {
      if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit');
    }
    await rm(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  });

  /** Builds in a process of its own, as a server does, and answers the folder. */
  const prepareElsewhere = async (): Promise<string> => {
    const module = new URL('./web-console.ts', import.meta.url).href;
    const code = `
      const { findOrBuild } = await import(${JSON.stringify(module)});
      const quiet = { debug() {}, info() {}, warn() {} };
      console.log(await findOrBuild({ logger: quiet, root: process.argv[1] }));
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code, '--', root]);
    processes.push(child);
    let [output, errors] = ['', ''];
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    child.stderr.on('data', (chunk) => (errors += String(chunk)));
    const [exitCode] = (await once(child, 'close')) as [number];
    expect(exitCode, errors).to.equal(0);
    return output.trim();
  };

  it('is built once for two servers that start together, and both can serve it', async function () {
    this.timeout(240_000);
    const [one, two] = await Promise.all([prepareElsewhere(), prepareElsewhere()]);
    expect(one).to.equal(two);
    expect(one).to.equal(buildOf(root, await consoleHash(root)));
    const { handler } = (await import(join(one, 'handler.js'))) as { handler: unknown };
    expect(handler).to.be.a('function');
    expect((await readdir(buildsFolder(root))).filter((name) => name.startsWith('building-'))).to.deep.equal(
      [],
    );
    expect(await webConsoleState(root)).to.equal('current');
  });

  it('survives a builder that was killed, and leaves the build of older sources where it is', async function () {
    this.timeout(240_000);
    const before = await prepareElsewhere();
    await writeFile(join(root, 'web/src/routes/+page.svelte'), '<p>Another page</p>');
    expect(await webConsoleState(root)).to.equal('outdated');
    const aborted = new AbortController();
    const given = findOrBuild({ logger: silentLogger, root, signal: aborted.signal }).catch(
      (error: unknown) => error,
    );
    aborted.abort();
    expect(await given).to.be.instanceOf(Error);
    const after = await prepareElsewhere();
    expect(after).not.to.equal(before);
    for (const folder of [before, after]) await access(join(folder, 'handler.js'));
  });

  it('tells whether it must be built', async () => {
    const empty = join(root, 'empty');
    expect(await webConsoleState(empty)).to.equal('missing');
    await mkdir(join(empty, 'web/build'), { recursive: true });
    await writeFile(join(empty, 'web/build/handler.js'), '');
    expect(await webConsoleState(empty)).to.equal('without-sources');
    expect(await findOrBuild({ logger: silentLogger, root: empty })).to.equal(join(empty, 'web/build'));
    expect(await webConsoleState(root)).to.equal('missing');
    await mkdir(buildOf(root, 'of-other-sources'), { recursive: true });
    expect(await webConsoleState(root)).to.equal('outdated');
  });

  it('keeps the builds used last and drops what killed builds left', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'building-old', 'building-now'];
    for (const [index, name] of names.entries()) {
      await mkdir(buildOf(root, name), { recursive: true });
      const at = new Date(Date.now() - (name === 'building-now' ? 0 : (20 - index) * 3_600_000));
      await utimes(buildOf(root, name), at, at);
    }
    await pruneBuilds(root, buildOf(root, 'a'));
    expect((await readdir(buildsFolder(root))).sort()).to.deep.equal(['a', 'building-now', 'd', 'e', 'f']);
  });
});
