import type { ComponentLibrary } from './component-library.ts';
import { readRelease } from './read-release.ts';
import type { ReleaseData } from './release-data.ts';

interface ReleaseSource {
  readonly version: string;
  readonly load: () => Promise<{ readonly release: ReleaseData }>;
}

// A release is loaded when it is asked for: a browser fetches only what its page needs.
const sources: readonly ReleaseSource[] = [
  { version: '0.155.0', load: () => import('./releases/v0-155-0.ts') },
  { version: '0.149.0', load: () => import('./releases/v0-149-0.ts') },
];

/** The Collector releases that the library knows, newest first. */
export const releases: readonly string[] = sources.map(({ version }) => version);

/** The release that is checked against where nobody names one: the one that our own suite runs a Collector of. */
export const defaultRelease = '0.149.0';

const loaded = new Map<string, Promise<ComponentLibrary>>();

/**
 * The library of one release; the same object each time. Undefined for a release that is not kept: `nearestRelease`
 * names one that is.
 */
export function loadRelease(version: string): Promise<ComponentLibrary> | undefined {
  const known = loaded.get(version);
  if (known !== undefined) return known;
  const source = sources.find((one) => one.version === version);
  if (source === undefined) return undefined;
  const library = readFrom(source);
  loaded.set(version, library);
  // A failed load (the network of a browser) may be tried again.
  library.catch(() => loaded.delete(version));
  return library;
}

/** The default release lends to the others what they could not be asked about. */
async function readFrom({ version, load }: ReleaseSource): Promise<ComponentLibrary> {
  const [{ release }, lender] = await Promise.all([
    load(),
    version === defaultRelease ? undefined : loadRelease(defaultRelease),
  ]);
  return readRelease(release, lender);
}

/** Of the releases kept, the one to check a Collector of that version by: the newest that is not newer, else the oldest. */
export function nearestRelease(version: string): string {
  const wanted = versionNumbers(version);
  const fitting = releases.find((one) => compare(versionNumbers(one), wanted) <= 0);
  return fitting ?? releases.at(-1) ?? defaultRelease;
}

function versionNumbers(version: string): readonly number[] {
  return (/\d+(\.\d+)*/.exec(version.slice(0, 64))?.[0] ?? '').split('.').map(Number);
}

function compare(left: readonly number[], right: readonly number[]): number {
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
