import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

/** What a server says of itself in `postmaster.pid`. */
export interface PidFile {
  readonly pid: number;
  readonly port: number | undefined;
  readonly status: 'starting' | 'stopping' | 'ready' | 'unknown';
}

export function readPidFile(clusterDirectory: string): PidFile | undefined {
  let lines: readonly string[];
  try {
    lines = readFileSync(join(clusterDirectory, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  const status = lines[7]?.trim();
  return {
    pid,
    port: lines[3] === undefined || lines[3] === '' ? undefined : Number(lines[3]),
    status: status === 'ready' || status === 'starting' || status === 'stopping' ? status : 'unknown',
  };
}

/** The server that runs on these files now, if one does: not merely a process that inherited its number. */
export function findPostmaster(clusterDirectory: string): PidFile | undefined {
  const file = readPidFile(clusterDirectory);
  return file !== undefined && isPostgresOf(file.pid, clusterDirectory) ? file : undefined;
}

/** A PostgreSQL process works in its cluster's directory, server and sessions alike. Zombies do not count. */
export function isPostgresOf(pid: number, clusterDirectory: string): boolean {
  return process.platform === 'linux' ? judge(pid, clusterDirectory) === 'ours' : looksLikePostgres(pid);
}

/** Every process that surely works on these files, such as sessions that outlive a killed server for a moment. */
export function postgresProcesses(clusterDirectory: string): readonly number[] {
  if (process.platform === 'linux') {
    return allProcesses().filter((pid) => judge(pid, clusterDirectory) === 'ours');
  }
  const server = findPostmaster(clusterDirectory);
  return server === undefined ? [] : [server.pid];
}

/**
 * Removes a `postmaster.pid` whose number now belongs to some other program: PostgreSQL would believe that program to
 * be itself and refuse to start. Kept while anything may still work on the files, and when PostgreSQL can judge by itself.
 */
export function removeMistakenPidFile(clusterDirectory: string): boolean {
  const file = readPidFile(clusterDirectory);
  if (file === undefined || process.platform !== 'linux' || !isAlive(file.pid)) return false;
  if (allProcesses().some((pid) => judge(pid, clusterDirectory) !== 'other')) return false;
  rmSync(join(clusterDirectory, 'postmaster.pid'), { force: true });
  return true;
}

function allProcesses(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/**
 * `unsure`: a PostgreSQL whose directory we may not see. Root in a container without CAP_SYS_PTRACE may see only the
 * command lines of other users' processes: a server names its directory there, its sessions do not.
 */
function judge(pid: number, clusterDirectory: string): 'ours' | 'other' | 'unsure' {
  try {
    if (/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) return 'other';
    if (readFileSync(`/proc/${pid}/comm`, 'utf8').trim() !== 'postgres') return 'other';
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(clusterDirectory) ? 'ours' : 'other';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') return 'other';
  }
  const words = commandLineOf(pid) ?? [];
  const named = words[words.indexOf('-D') + 1];
  if (named === undefined || !words.includes('-D')) return 'unsure';
  return named === clusterDirectory ? 'ours' : 'other';
}

/** The command line that a running server was started with. */
export function commandLineOf(pid: number): readonly string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return undefined;
  }
}

/** Sends a signal; a process that is gone already is fine. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function looksLikePostgres(pid: number): boolean {
  try {
    return (
      basename(execFileSync('ps', ['-p', String(pid), '-o', 'comm='], { encoding: 'utf8' }).trim()) ===
      'postgres'
    );
  } catch {
    return false;
  }
}
