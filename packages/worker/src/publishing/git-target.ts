import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { redactText } from '@ampora/platform';
import { filesOf, publishedSize, writeRoot } from './published-files.ts';
import type { PublishingTarget } from './publishing-target.ts';

const BRANCH = 'ampora-roots';
const TIMEOUT_MS = 60_000;
const run = promisify(execFile);

export interface GitTargetOptions {
  /** A path or URL. May hold credentials: it is never shown. */
  readonly repository: string;
  /** A directory of our own for the clone. */
  readonly workDirectory: string;
  /** Where git is found, and its own settings. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A commit per root on a branch of its own, pushed; nothing of the repository's other branches is touched. */
export function createGitTarget({
  repository,
  workDirectory,
  environment,
}: GitTargetOptions): PublishingTarget {
  async function git(...command: readonly string[]): Promise<string> {
    const identity = [
      '-c',
      'user.name=Ampora',
      '-c',
      'user.email=ampora@localhost',
      '-c',
      'commit.gpgsign=false',
    ];
    try {
      const { stdout } = await run('git', [...identity, ...command], {
        cwd: workDirectory,
        timeout: TIMEOUT_MS,
        env: { ...environment, GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
      });
      return stdout;
    } catch (error) {
      throw asPlainError(error, command[0] ?? '');
    }
  }

  function asPlainError(error: unknown, command: string): Error {
    const { code, stderr = '' } = error as { code?: unknown; stderr?: string };
    if (code === 'ENOENT') return new Error('git is not installed where this server runs');
    const reason = redactText(stderr.replaceAll(repository, 'the repository').trim());
    return new Error(`git ${command} failed: ${reason || String(code)}`);
  }

  return {
    name: 'git',
    /** Begins where the remote branch stands; what could not be pushed before is made again. */
    async prepare() {
      await mkdir(workDirectory, { recursive: true });
      await git('init', '--quiet');
      await git('config', 'remote.origin.url', repository);
      const heads = await git('ls-remote', '--heads', 'origin', `refs/heads/${BRANCH}`);
      if (heads.trim() === '') {
        await git('symbolic-ref', 'HEAD', `refs/heads/${BRANCH}`);
        return;
      }
      await git(
        'fetch',
        '--quiet',
        '--depth',
        '1',
        'origin',
        `+refs/heads/${BRANCH}:refs/remotes/origin/${BRANCH}`,
      );
      await git('checkout', '--quiet', '--force', '-B', BRANCH, `refs/remotes/origin/${BRANCH}`);
    },
    publishedSize: (tenant) => publishedSize(workDirectory, tenant),
    async publish(root) {
      await writeRoot(workDirectory, root);
      await git('add', '--', ...filesOf(root));
      const { tenant, treeSize, rootHash } = root.data;
      const at = new Date(root.recordedAtMs).toISOString();
      const message = `${tenant}: ${treeSize} events sealed\n\n${rootHash}\n`;
      await git('commit', '--quiet', '--allow-empty', `--date=${at}`, '-m', message);
    },
    finish: async () => void (await git('push', '--quiet', 'origin', `${BRANCH}:refs/heads/${BRANCH}`)),
  };
}
