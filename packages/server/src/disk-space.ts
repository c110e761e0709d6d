import { statfs } from 'node:fs/promises';

/** With less than this PostgreSQL may not be able to begin its next log segment (16 MiB), which ends it. */
const LEAST_FREE_BYTES = 48 * 1024 * 1024;
const MIB = 1024 * 1024;

/** Whether the disk of a directory has room for what comes next. */
export async function checkDiskSpace(
  directory: string,
): Promise<{ readonly ready: boolean; readonly detail: string }> {
  const { bavail, bsize } = await statfs(directory);
  const free = bavail * bsize;
  const left = `${Math.floor(free / MIB)} MiB left on the disk of ${directory}`;
  return free >= LEAST_FREE_BYTES
    ? { ready: true, detail: left }
    : { ready: false, detail: `${left}: free some space there` };
}
