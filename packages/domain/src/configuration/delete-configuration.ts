import type { ConfigurationEvent } from '@ampora/catalogue';
import { configurationTagged } from './rejections.ts';
import type { ConfigurationState } from './state.ts';
import { created } from './version-of.ts';

/** The caller has made sure that nobody runs a version of it: a decider sees one stream. */
export interface DeleteConfiguration {
  readonly type: 'delete-configuration';
}

export function deleteConfiguration(state: ConfigurationState): ConfigurationEvent[] {
  const { configurationId, name, tags } = created(state);
  if (tags.size > 0) throw configurationTagged([...tags.keys()].sort());
  return [{ type: 'ConfigurationDeleted', data: { configurationId, name } }];
}
