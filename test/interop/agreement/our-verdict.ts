import type { Finding } from '@ampora/collector-config';
import {
  type ComponentLibrary,
  defaultRelease,
  loadRelease,
  validateConfig,
} from '@ampora/component-library';

/** What we say of a text: the errors, lint aside, since a Collector has no opinion of taste. */
export type OurVerdict = (text: string) => readonly Finding[];

/** All layers, against the components that the wide Collector is built with. */
export async function ourVerdict(): Promise<OurVerdict> {
  const library = await loadRelease(defaultRelease);
  if (library === undefined)
    throw new Error(`The component library lacks its default release ${defaultRelease}.`);
  const builds = [{ components: wideBuild(library), agents: 1 }];
  return (text) =>
    validateConfig(text, { library, builds }).findings.filter(
      ({ severity, layer }) => severity === 'error' && layer !== 'lint',
    );
}

/** The library's generated part was read from the wide Collector: it is what that Collector has. */
function wideBuild(library: ComponentLibrary): Record<string, Record<string, null>> {
  const build: Record<string, Record<string, null>> = {};
  for (const { kind, type, deprecatedAlias, handWritten } of library.components) {
    if (handWritten) continue;
    const types = (build[`${kind}s`] ??= {});
    types[type] = null;
    if (deprecatedAlias !== undefined) types[deprecatedAlias] = null;
  }
  return build;
}
