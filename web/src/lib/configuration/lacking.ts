import type { CheckAgainst, Checker } from './checker.svelte.ts';

/**
 * The components that agents of the target cannot run, as `kind/type`: asked by a text that names each of them. Empty
 * when nobody's builds are asked about, and when the server does not say.
 */
export async function askLacking(checker: Checker, against: CheckAgainst): Promise<ReadonlySet<string>> {
  if (against.target === undefined) return new Set();
  const items = await checker.reader.ask('palette', { release: against.release ?? '' }).catch(() => []);
  const sections = new Map<string, string[]>();
  for (const { kind, type } of items) {
    const section = `${kind}s`;
    sections.set(section, [...(sections.get(section) ?? []), type]);
  }
  const body = [...sections]
    .map(([section, types]) => `${section}:\n${types.map((type) => `  ${type}:\n`).join('')}`)
    .join('');
  const missing = body === '' ? [] : await checker.missingFrom(body, against);
  return new Set(missing.map((component) => component.replace(/^([a-z]+)s\./, '$1/')));
}
