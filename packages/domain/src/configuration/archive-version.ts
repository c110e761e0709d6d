import type { ConfigurationEvent } from '@ampora/catalogue';
import { notPublished, versionTagged } from './rejections.ts';
import type { ConfigurationState } from './state.ts';
import { created, tagsOf, versionOf } from './version-of.ts';

export interface ArchiveVersion {
  readonly type: 'archive-version';
  readonly version: number;
}

export function archiveVersion({ version }: ArchiveVersion, state: ConfigurationState): ConfigurationEvent[] {
  const { status } = versionOf(state, version);
  if (status !== 'published') throw notPublished(version, status);
  const tags = tagsOf(created(state), version);
  if (tags.length > 0) throw versionTagged(version, tags, 'archived');
  return [{ type: 'ConfigurationVersionArchived', data: { version } }];
}
