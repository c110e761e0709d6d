import type { ConfigurationEvent } from '@ampora/catalogue';
import { notArchived } from './rejections.ts';
import type { ConfigurationState } from './state.ts';
import { versionOf } from './version-of.ts';

export interface UnarchiveVersion {
  readonly type: 'unarchive-version';
  readonly version: number;
}

export function unarchiveVersion(
  { version }: UnarchiveVersion,
  state: ConfigurationState,
): ConfigurationEvent[] {
  const { status } = versionOf(state, version);
  if (status !== 'archived') throw notArchived(version, status);
  return [{ type: 'ConfigurationVersionUnarchived', data: { version } }];
}
