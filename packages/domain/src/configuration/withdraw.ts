import type { ConfigurationEvent } from '@ampora/catalogue';
import { configurationTagged, versionTagged } from './rejections.ts';
import type { ConfigurationState } from './state.ts';
import { created, tagsOf, versionOf } from './version-of.ts';

/** Archives what is about to be deleted: from then on nobody can be told to run it. */
export interface Withdraw {
  readonly type: 'withdraw';
  /** Null: every version. */
  readonly version: number | null;
}

/** Takes back a withdrawal, where nothing was deleted after all. */
export interface Reinstate {
  readonly type: 'reinstate';
  readonly versions: readonly number[];
}

export function withdraw({ version }: Withdraw, state: ConfigurationState): ConfigurationEvent[] {
  const configuration = created(state);
  if (version !== null) {
    const tags = tagsOf(configuration, version);
    if (tags.length > 0) throw versionTagged(version, tags, 'deleted');
    const isPublished = versionOf(state, version).status === 'published';
    return isPublished ? [{ type: 'ConfigurationVersionArchived', data: { version } }] : [];
  }
  if (configuration.tags.size > 0) throw configurationTagged([...configuration.tags.keys()].sort());
  return [...configuration.versions].flatMap(([number, { status }]): ConfigurationEvent[] =>
    status === 'published' ? [{ type: 'ConfigurationVersionArchived', data: { version: number } }] : [],
  );
}

export function reinstate({ versions }: Reinstate, state: ConfigurationState): ConfigurationEvent[] {
  const configuration = created(state);
  return versions.flatMap((version): ConfigurationEvent[] =>
    configuration.versions.get(version)?.status === 'archived'
      ? [{ type: 'ConfigurationVersionUnarchived', data: { version } }]
      : [],
  );
}
