import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseCheckpoint, parseNote } from '@ampora/proof';
import type { SealedRootEvent } from '../audit-sealer/seal-root.ts';

const SIZE_DIGITS = 12;

/** One file per root, by tenant and day, and the newest as `latest`: the same layout in a directory and in a repository. */
export function filesOf({ data, recordedAtMs }: SealedRootEvent): readonly string[] {
  const tenant = encodeURIComponent(data.tenant);
  const day = new Date(recordedAtMs).toISOString().slice(0, 10);
  const size = String(data.treeSize).padStart(SIZE_DIGITS, '0');
  return [join(tenant, day, `${size}.checkpoint`), join(tenant, 'latest')];
}

/** `latest` is written last: it never names a root whose own file is missing. */
export async function writeRoot(directory: string, root: SealedRootEvent): Promise<void> {
  for (const file of filesOf(root)) {
    const path = join(directory, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.new`, root.data.checkpoint);
    await rename(`${path}.new`, path);
  }
}

/** Events that the newest published root stands for; 0 when there is none. */
export async function publishedSize(directory: string, tenant: string): Promise<number> {
  try {
    const note = await readFile(join(directory, encodeURIComponent(tenant), 'latest'), 'utf8');
    return parseCheckpoint(parseNote(note)?.text ?? '')?.treeSize ?? 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
