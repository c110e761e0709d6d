import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Logger, StartupError } from '@ampora/platform';

const run = promisify(execFile);

/** How PostgreSQL's programs are started, so that they do not run as root, which they refuse. */
export interface RunAs {
  /** Undefined: as whoever we are. */
  readonly owner: { readonly uid: number; readonly gid: number; readonly name: string } | undefined;
  command(program: string, args: readonly string[]): readonly [string, readonly string[]];
}

const asOurselves: RunAs = { owner: undefined, command: (program, args) => [program, args] };

export interface RunAsOptions {
  readonly clusterDirectory: string;
  /** What the user must be able to reach beside it. */
  readonly programs: readonly string[];
  readonly logger: Logger;
}

/**
 * An ordinary user runs PostgreSQL as itself. Root runs it as the owner of the existing cluster, else as `postgres`
 * (made when missing), else as `nobody`. Where that user cannot walk to the files (a clone below /root or a 0700
 * directory), the programs get the one capability to look through directories, and nothing else of root's.
 */
export async function chooseRunAs({ clusterDirectory, programs, logger }: RunAsOptions): Promise<RunAs> {
  if (process.getuid?.() !== 0) {
    refuseForeignCluster(clusterDirectory);
    return asOurselves;
  }
  const owner =
    (await clusterOwner(clusterDirectory)) ?? (await findUser('postgres')) ?? (await makeUser(logger));
  const drop = ['--reuid', `${owner.uid}`, '--regid', `${owner.gid}`, '--clear-groups'];
  const closed = [clusterDirectory, ...programs]
    .map((path) => closedParent(path, owner))
    .find((path) => path);
  const setpriv = findProgram('setpriv');
  if (closed === undefined) {
    return { owner, command: (program, args) => [program, args] };
  }
  const capability = searchCapability();
  if (setpriv === undefined || capability === undefined) {
    throw new StartupError(
      `PostgreSQL must not run as root, and its user ${owner.name} cannot walk through ${closed}: run Ampora as an ordinary ` +
        `user, or move it out of there, or allow it with: chmod o+x ${closed}`,
    );
  }
  logger.debug('PostgreSQL gets leave to look through a closed directory', {
    directory: closed,
    user: owner.name,
  });
  const allow = [`--inh-caps=-all,+${capability}`, `--ambient-caps=-all,+${capability}`];
  return { owner, command: (program, args) => [setpriv, [...drop, ...allow, '--', program, ...args]] };
}

function refuseForeignCluster(clusterDirectory: string): void {
  const stats = statSync(clusterDirectory, { throwIfNoEntry: false });
  const uid = process.getuid?.();
  if (stats === undefined || uid === undefined || stats.uid === uid) return;
  throw new StartupError(
    `The database in ${clusterDirectory} belongs to user id ${stats.uid}, and Ampora runs as ${uid}: start it as before ` +
      `(as root, if root made it), or give the files away with chown -R, or set Data__Directory to another directory.`,
  );
}

interface User {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
}

async function clusterOwner(clusterDirectory: string): Promise<User | undefined> {
  const stats = statSync(join(clusterDirectory, 'PG_VERSION'), { throwIfNoEntry: false });
  return stats === undefined || stats.uid === 0 ? undefined : await findUser(String(stats.uid));
}

/** By name or numeric id; undefined without an entry in the user database, which PostgreSQL needs. */
async function findUser(who: string): Promise<User | undefined> {
  try {
    const [uid, gid, name] = await Promise.all(['-u', '-g', '-un'].map((what) => run('id', [what, who])));
    if (uid === undefined || gid === undefined || name === undefined) return undefined;
    return { uid: Number(uid.stdout), gid: Number(gid.stdout), name: name.stdout.trim() };
  } catch {
    return undefined;
  }
}

async function makeUser(logger: Logger): Promise<User> {
  try {
    await run('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      'postgres',
    ]);
    logger.info('Made the system user postgres, since PostgreSQL must not run as root');
  } catch (error) {
    logger.warn('Could not make a system user for PostgreSQL; it runs as nobody', { error });
  }
  const user = (await findUser('postgres')) ?? (await findUser('nobody'));
  if (user !== undefined) return user;
  throw new StartupError(
    'PostgreSQL must not run as root, and there is no user postgres or nobody to run it as: make one with useradd --system postgres, ' +
      'or run Ampora as an ordinary user.',
  );
}

/** The first directory above `path` that the user may not walk through. */
function closedParent(path: string, user: User): string | undefined {
  const parents: string[] = [];
  for (let parent = dirname(path); ; parent = dirname(parent)) {
    parents.unshift(parent);
    if (parent === dirname(parent)) break;
  }
  return parents.find((parent) => {
    const stats = statSync(parent, { throwIfNoEntry: false });
    if (stats === undefined) return false;
    const shift = stats.uid === user.uid ? 6 : stats.gid === user.gid ? 3 : 0;
    return ((stats.mode >> shift) & 0o1) === 0;
  });
}

/** The weakest capability we hold that lets a process walk through closed directories. */
function searchCapability(): 'dac_read_search' | 'dac_override' | undefined {
  try {
    const held = /^CapPrm:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
    const bits = BigInt(`0x${held}`);
    if ((bits & (1n << 2n)) !== 0n) return 'dac_read_search';
    return (bits & (1n << 1n)) === 0n ? undefined : 'dac_override';
  } catch {
    return undefined;
  }
}

function findProgram(name: string): string | undefined {
  return ['/usr/bin', '/bin', '/usr/sbin', '/sbin']
    .map((place) => join(place, name))
    .find((path) => existsSync(path));
}
