import type { ConfigurationEvent } from '@ampora/catalogue';
import { assertNever } from '@ampora/kernel';
import type { ConfigurationState, VersionState } from './state.ts';

export function evolveConfiguration(
  state: ConfigurationState,
  event: ConfigurationEvent,
): ConfigurationState {
  switch (event.type) {
    case 'ConfigurationNameReserved':
    case 'ConfigurationNameReleased':
      return state;
    case 'ConfigurationCreated': {
      const { configurationId, name } = event.data;
      return {
        status: 'created',
        configurationId,
        name,
        versions: new Map(),
        tags: new Map(),
        lastVersion: 0,
      };
    }
    case 'ConfigurationDraftCreated':
      return withVersion(state, event.data.version, {
        status: 'draft',
        contentHash: event.data.contentHash,
        sizeBytes: event.data.sizeBytes,
        rowVersion: 1,
        source: event.data.source,
      });
    case 'ConfigurationDraftEdited': {
      const { version, contentHash, sizeBytes, rowVersion, source } = event.data;
      return withVersion(state, version, { status: 'draft', contentHash, sizeBytes, rowVersion, source });
    }
    case 'ConfigurationDraftDiscarded':
      return withVersion(state, event.data.version, { status: 'discarded' });
    case 'ConfigurationVersionPublished': {
      const { version, contentHash, sizeBytes, configHash, semanticHash } = event.data;
      return withVersion(state, version, {
        status: 'published',
        contentHash,
        sizeBytes,
        configHash,
        semanticHash,
      });
    }
    case 'ConfigurationVersionArchived':
      return changed(state, event.data.version, 'published', 'archived');
    case 'ConfigurationVersionUnarchived':
      return changed(state, event.data.version, 'archived', 'published');
    case 'ConfigurationVersionDeleted':
      return withVersion(state, event.data.version, { status: 'deleted' });
    case 'ConfigurationTagSet':
      return withTags(state, (tags) => tags.set(event.data.tag, event.data.version));
    case 'ConfigurationTagRemoved':
      return withTags(state, (tags) => tags.delete(event.data.tag));
    case 'ConfigurationDeleted':
      return { status: 'deleted', ...event.data };
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

function changed(
  state: ConfigurationState,
  version: number,
  from: 'published' | 'archived',
  to: 'published' | 'archived',
): ConfigurationState {
  const current = state.status === 'created' ? state.versions.get(version) : undefined;
  if (current?.status !== from) return state;
  return withVersion(state, version, { ...current, status: to } as VersionState);
}

function withTags(
  state: ConfigurationState,
  change: (tags: Map<string, number>) => unknown,
): ConfigurationState {
  if (state.status !== 'created') return state;
  const tags = new Map(state.tags);
  change(tags);
  return { ...state, tags };
}
