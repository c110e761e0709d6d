import { configurationNotFound, notADraft, versionNotFound } from './rejections.ts';
import type { ConfigurationState, VersionState } from './state.ts';

export type CreatedConfiguration = Extract<ConfigurationState, { status: 'created' }>;

export function created(state: ConfigurationState): CreatedConfiguration {
  if (state.status !== 'created') throw configurationNotFound();
  return state;
}

export function versionOf(
  state: ConfigurationState,
  version: number,
): Exclude<VersionState, { status: 'discarded' }> {
  const found = created(state).versions.get(version);
  if (!found || found.status === 'discarded') throw versionNotFound(version);
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
