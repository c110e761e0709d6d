import type { ConfigurationEvent } from '@ampora/catalogue';
import { notPublished, versionTagged } from './rejections.ts';
import type { ConfigurationState } from './state.ts';
import { created, tagsOf, versionOf } from './version-of.ts';

/** The caller has made sure that nobody runs it: a decider sees one stream. */
export interface DeleteVersion {
  readonly type: 'delete-version';
  readonly version: number;
}

/** A draft is discarded, not deleted. */
export function deleteVersion({ version }: DeleteVersion, state: ConfigurationState): ConfigurationEvent[] {
  const { status } = versionOf(state, version);
  if (status === 'draft') throw notPublished(version, status);
  const tags = tagsOf(created(state), version);
  if (tags.length > 0) throw versionTagged(version, tags, 'deleted');
  return [{ type: 'ConfigurationVersionDeleted', data: { version } }];
}
