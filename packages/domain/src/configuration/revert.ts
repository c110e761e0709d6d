import type { ConfigurationEvent, ConfigurationSource } from '@ampora/catalogue';
import type { ConfigurationState } from './state.ts';
import { versionOfTag } from './tags.ts';
import { created, versionOf } from './version-of.ts';

/** Begins a draft with the text of an earlier version, named by its number or by a tag. */
export interface Revert {
  readonly type: 'revert';
  readonly to: number | string;
  readonly source?: ConfigurationSource;
}

export function revert({ to, source }: Revert, state: ConfigurationState): ConfigurationEvent[] {
  const { lastVersion, tags } = created(state);
  const basedOnVersion = typeof to === 'number' ? to : versionOfTag(tags, to);
  const { contentHash, sizeBytes } = versionOf(state, basedOnVersion);
  const version = lastVersion + 1;
  const from = source === undefined ? {} : { source };
  return [
    { type: 'ConfigurationDraftCreated', data: { version, contentHash, sizeBytes, basedOnVersion, ...from } },
  ];
}
