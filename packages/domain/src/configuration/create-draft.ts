import type { ConfigurationEvent, ConfigurationSource } from '@ampora/catalogue';
import type { StoredBody } from './create-configuration.ts';
import type { ConfigurationState } from './state.ts';
import { created, versionOf } from './version-of.ts';

export interface CreateDraft {
  readonly type: 'create-draft';
  readonly body: StoredBody;
  readonly basedOnVersion: number | null;
  readonly source?: ConfigurationSource;
}

export function createDraft(command: CreateDraft, state: ConfigurationState): ConfigurationEvent[] {
  const { lastVersion } = created(state);
  if (command.basedOnVersion !== null) versionOf(state, command.basedOnVersion);
  const { body, basedOnVersion, source } = command;
  const from = source === undefined ? {} : { source };
  return [
    {
      type: 'ConfigurationDraftCreated',
      data: { version: lastVersion + 1, ...body, basedOnVersion, ...from },
    },
  ];
}
