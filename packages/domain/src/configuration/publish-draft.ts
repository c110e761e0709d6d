import type { ConfigurationEvent } from '@ampora/catalogue';
import type { StoredBody } from './create-configuration.ts';
import { staleRowVersion } from './rejections.ts';
import type { ConfigurationState } from './state.ts';
import { draftOf } from './version-of.ts';

/** The text has been checked by the caller: a decider reads no bodies. */
export interface PublishDraft {
  readonly type: 'publish-draft';
  readonly version: number;
  /** The row-version whose text was checked. */
  readonly rowVersion: number;
  readonly body: StoredBody;
  /** What agents will see as config_hash. */
  readonly configHash: string;
  readonly notes: string;
  /** SHA-256 of what the text means. */
  readonly semanticHash?: string;
}

export function publishDraft(command: PublishDraft, state: ConfigurationState): ConfigurationEvent[] {
  const draft = draftOf(state, command.version);
  if (draft.rowVersion !== command.rowVersion)
    throw staleRowVersion(command.version, command.rowVersion, draft.rowVersion);
  const { version, body, configHash, notes, semanticHash } = command;
  const meaning = semanticHash === undefined ? {} : { semanticHash };
  return [
    { type: 'ConfigurationVersionPublished', data: { version, ...body, configHash, notes, ...meaning } },
  ];
}
