import type { ConfigurationEvent } from '@ampora/catalogue';
import { assertNever } from '@ampora/kernel';
import type { ConfigurationState, VersionState } from './state.ts';

export function evolveConfiguration(
  state: ConfigurationState,
  event: ConfigurationEvent,
): ConfigurationState {
  switch (event.type) {
    case 'ConfigurationNameReserved':
      return state;
    case 'ConfigurationCreated':
      return { status: 'created', name: event.data.name, versions: new Map(), lastVersion: 0 };
    case 'ConfigurationDraftCreated':
      return withVersion(state, event.data.version, {
        status: 'draft',
        contentHash: event.data.contentHash,
        rowVersion: 1,
      });
    case 'ConfigurationDraftEdited': {
      const { version, contentHash, rowVersion } = event.data;
      return withVersion(state, version, { status: 'draft', contentHash, rowVersion });
    }
    case 'ConfigurationDraftDiscarded':
      return withVersion(state, event.data.version, { status: 'discarded' });
    case 'ConfigurationVersionPublished': {
      const { version, contentHash, configHash } = event.data;
      return withVersion(state, version, { status: 'published', contentHash, configHash });
    }
    case 'ConfigurationVersionArchived':
      return archived(state, event.data.version);
    default:
      return assertNever(event);
  }
}

function withVersion(state: ConfigurationState, version: number, next: VersionState): ConfigurationState {
  if (state.status !== 'created') return state;
  return {
    ...state,
    versions: new Map(state.versions).set(version, next),
    lastVersion: Math.max(state.lastVersion, version),
  };
}

function archived(state: ConfigurationState, version: number): ConfigurationState {
  const current = state.status === 'created' ? state.versions.get(version) : undefined;
  if (current?.status !== 'published') return state;
  return withVersion(state, version, { ...current, status: 'archived' });
}
