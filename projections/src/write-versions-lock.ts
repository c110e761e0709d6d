import { readFile, writeFile } from 'node:fs/promises';
import { fingerprintOf, type VersionsLock } from './engine/fingerprint.ts';
import { readModels } from './read-models.ts';

/** Adds the versions that the lock does not know yet. A version that stands in it is never changed: bump instead. */
const file = new URL('../versions.lock.json', import.meta.url);
const lock = JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as VersionsLock;
const next: Record<string, Record<string, string>> = { ...lock };
for (const projection of readModels) {
  const { name, version } = projection;
  next[name] = { [version]: fingerprintOf(projection), ...next[name] };
}
await writeFile(file, `${JSON.stringify(next, null, 2)}\n`);
