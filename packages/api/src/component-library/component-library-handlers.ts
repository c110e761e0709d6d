import type { ComponentRow } from '@ampora/api-contract';
import {
  type ComponentLibrary,
  componentsOf,
  defaultRelease,
  findComponent,
  type LibraryComponent,
  loadRelease,
  nearestRelease,
  nearestType,
  releases,
} from '@ampora/component-library';
import { notFound } from '../problem/api-error.ts';
import type { Handlers } from '../routing/handlers.ts';
import { toFields } from './to-fields.ts';

type ComponentLibraryOperations = Pick<Handlers, 'listComponentReleases' | 'listComponents' | 'getComponent'>;

/** What Collector components can be told, by release. Nothing of it is in the log: it comes with Ampora. */
export function componentLibraryHandlers(): ComponentLibraryOperations {
  return {
    async listComponentReleases() {
      const libraries = await Promise.all(releases.map(requireRelease));
      return {
        releases: libraries.map(({ version, components }) => ({
          version,
          default: version === defaultRelease,
          components: components.length,
        })),
      };
    },
    async listComponents({ params, query }) {
      const library = await requireRelease(params.release);
      return { items: componentsOf(library, query.kind).map(toRow), next: null };
    },
    async getComponent({ params }) {
      const { release, kind, type } = params;
      const library = await requireRelease(release);
      const component = findComponent(library, kind, type);
      if (component === undefined) {
        const near = nearestType(library, kind, type);
        const hint = near === undefined ? '' : ` Did you mean ${near}?`;
        throw notFound(
          'component-library/no-such-component',
          `The library of ${release} knows no ${kind} of type ${type}.${hint}`,
          near === undefined ? {} : { near },
        );
      }
      return { ...toRow(component), fields: toFields(component) };
    },
  };
}

async function requireRelease(version: string): Promise<ComponentLibrary> {
  const library = await loadRelease(version);
  if (library !== undefined) return library;
  throw notFound(
    'component-library/no-such-release',
    `The components of ${version} are not known. Known are ${releases.join(', ')}; ${nearestRelease(version)} is the one to take for it.`,
    { known: [...releases], near: nearestRelease(version) },
  );
}

function toRow(component: LibraryComponent): ComponentRow {
  return {
    kind: component.kind,
    type: component.type,
    aliases: component.deprecatedAlias === undefined ? [] : [component.deprecatedAlias],
    module: component.module,
    stability: { ...component.stability },
    signals: [...component.signals],
    connectorPairs: component.connectorPairs.map((pair) => ({ ...pair })),
    needsSettings: component.needsSettings,
    doc: component.doc,
    handWritten: component.handWritten,
    borrowedFrom: component.borrowedFrom ?? null,
  };
}
