import type { ConfigurationEvent } from '@ampora/catalogue';
import { notPublished } from './rejections.ts';
import type { ConfigurationState } from './state.ts';
import { versionOf } from './version-of.ts';

export interface ArchiveVersion {
  readonly type: 'archive-version';
  readonly version: number;
}

export function archiveVersion(command: ArchiveVersion, state: ConfigurationState): ConfigurationEvent[] {
  const { status } = versionOf(state, command.version);
  if (status !== 'published') throw notPublished(command.version, status);
  return [{ type: 'ConfigurationVersionArchived', data: { version: command.version } }];
}
