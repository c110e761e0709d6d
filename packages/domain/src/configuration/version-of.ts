import { configurationDeleted, configurationNotFound, notADraft, versionNotFound } from './rejections.ts';
import type { ConfigurationState, VersionState } from './state.ts';

export type CreatedConfiguration = Extract<ConfigurationState, { status: 'created' }>;
export type LiveVersion = Extract<VersionState, { readonly contentHash: string }>;

export function created(state: ConfigurationState): CreatedConfiguration {
  if (state.status === 'deleted') throw configurationDeleted(state.name);
  if (state.status !== 'created') throw configurationNotFound();
  return state;
}

export function versionOf(state: ConfigurationState, version: number): LiveVersion {
  const found = created(state).versions.get(version);
  if (!found || !('contentHash' in found)) throw versionNotFound(version);
  return found;
}

export function draftOf(
  state: ConfigurationState,
  version: number,
): Extract<VersionState, { status: 'draft' }> {
  const found = versionOf(state, version);
  if (found.status !== 'draft') throw notADraft(version, found.status);
  return found;
}

/** The tags on a version, in alphabetical order. */
export function tagsOf(state: CreatedConfiguration, version: number): string[] {
  return [...state.tags].flatMap(([tag, on]) => (on === version ? [tag] : [])).sort();
}
