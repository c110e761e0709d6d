import type { ConfigurationEvent, ConfigurationSource } from '@ampora/catalogue';
import type { StoredBody } from './create-configuration.ts';
import { staleRowVersion } from './rejections.ts';
import type { ConfigurationState } from './state.ts';
import { draftOf } from './version-of.ts';

export interface EditDraft {
  readonly type: 'edit-draft';
  readonly version: number;
  /** The row-version that the editor saw. */
  readonly rowVersion: number;
  readonly body: StoredBody;
  readonly source?: ConfigurationSource;
}

/** Saving what is there already is no event. */
export function editDraft(command: EditDraft, state: ConfigurationState): ConfigurationEvent[] {
  const draft = draftOf(state, command.version);
  if (draft.rowVersion !== command.rowVersion)
    throw staleRowVersion(command.version, command.rowVersion, draft.rowVersion);
  if (draft.contentHash === command.body.contentHash) return [];
  const { version, body, source } = command;
  const from = source === undefined ? {} : { source };
  return [
    {
      type: 'ConfigurationDraftEdited',
      data: { version, ...body, rowVersion: draft.rowVersion + 1, ...from },
    },
  ];
}
