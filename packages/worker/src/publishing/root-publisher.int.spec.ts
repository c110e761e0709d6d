import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { silentLogger } from '@ampora/platform';
import { expect } from 'chai';
import { append, newSealing, type Sealing } from '../sealing.spec.ts';
import { createDirectoryTarget } from './directory-target.ts';
import { createGitTarget } from './git-target.ts';
import type { PublishingTarget } from './publishing-target.ts';
import { RootPublisher } from './root-publisher.ts';

const by = { tenant: 'default', actor: 'loopback', actorRole: 'Admin' as const, correlationId: 'c' };

describe('publishing roots', () => {
  let sealing: Sealing;
  let directory: string;
  let publisher: RootPublisher | undefined;
  beforeEach(async () => {
    sealing = await newSealing();
    directory = await mkdtemp(join(tmpdir(), 'ampora-publishing-'));
  });
  afterEach(async () => {
    await publisher?.close();
    await sealing.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const publishTo = (target: PublishingTarget): RootPublisher =>
    (publisher = new RootPublisher({
      log: sealing.log,
      tenants: async () => ['default'],
      targets: [target],
      logger: silentLogger,
      retryMs: 20,
    }));

  async function seal(): Promise<string> {
    await append(sealing.log, 4);
    const { root } = await sealing.sealer.sealNow(by);
    publisher?.nudge();
    return root?.data.checkpoint ?? '';
  }

  it('writes a file for each root, and the latest', async () => {
    await seal();
    const second = await seal();
    publishTo(createDirectoryTarget(directory));
    await until(async () => (await readLatest(directory)) === second);
    const third = await seal();
    await until(async () => (await readLatest(directory)) === third);
    const days = (await readdir(join(directory, 'default'))).filter((name) => name !== 'latest');
    const files = await Promise.all(days.map((day) => readdir(join(directory, 'default', day))));
    expect(files.flat()).to.deep.equal([
      '000000000004.checkpoint',
      '000000000010.checkpoint',
      '000000000015.checkpoint',
    ]);
  });

  it('commits each root to a branch of its own, and goes on when the repository comes back', async function () {
    if (!hasGit()) {
      this.test!.title += ' (skipped: needs git)';
      this.skip();
    }
    const repository = join(directory, 'remote.git');
    const first = await seal();
    publishTo(
      createGitTarget({ repository, workDirectory: join(directory, 'clone'), environment: process.env }),
    );
    // It is not there yet: that is tried again.
    await sleep(50);
    execFileSync('git', ['init', '--quiet', '--bare', repository]);
    const show = (path: string): string => git(repository, 'show', `ampora-roots:${path}`);
    await until(async () => show('default/latest') === first);
    const second = await seal();
    await until(async () => show('default/latest') === second);
    expect(git(repository, 'log', '--format=%s', 'ampora-roots').trim().split('\n')).to.deep.equal([
      'default: 10 events sealed',
      'default: 4 events sealed',
    ]);
    // Another process, with a clone of its own, has nothing to add.
    await publisher?.close();
    publishTo(
      createGitTarget({ repository, workDirectory: join(directory, 'other'), environment: process.env }),
    );
    const third = await seal();
    await until(async () => show('default/latest') === third);
    expect(git(repository, 'rev-list', '--count', 'ampora-roots').trim()).to.equal('3');
  });
});

function git(repository: string, ...command: readonly string[]): string {
  try {
    return execFileSync('git', ['-C', repository, ...command], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return '';
  }
}

function hasGit(): boolean {
  try {
    execFileSync('git', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function readLatest(directory: string): Promise<string> {
  return readFile(join(directory, 'default', 'latest'), 'utf8').catch(() => '');
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 50_000;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('it did not happen within 50 s');
    await sleep(20);
  }
}
