import type { ConfigurationEvent } from '@ampora/catalogue';
import { assertNever, type Decider } from '@ampora/kernel';
import { archiveVersion, type ArchiveVersion } from './archive-version.ts';
import { createConfiguration, type CreateConfiguration } from './create-configuration.ts';
import { createDraft, type CreateDraft } from './create-draft.ts';
import { deleteConfiguration, type DeleteConfiguration } from './delete-configuration.ts';
import { deleteVersion, type DeleteVersion } from './delete-version.ts';
import { discardDraft, type DiscardDraft } from './discard-draft.ts';
import { editDraft, type EditDraft } from './edit-draft.ts';
import { evolveConfiguration } from './evolve.ts';
import { publishDraft, type PublishDraft } from './publish-draft.ts';
import { revert, type Revert } from './revert.ts';
import { type ConfigurationState, missingConfiguration } from './state.ts';
import { removeTag, type RemoveTag, setTag, type SetTag } from './tags.ts';
import { reinstate, type Reinstate, withdraw, type Withdraw } from './withdraw.ts';
import { unarchiveVersion, type UnarchiveVersion } from './unarchive-version.ts';

export type ConfigurationCommand =
  | CreateConfiguration
  | CreateDraft
  | Revert
  | EditDraft
  | DiscardDraft
  | PublishDraft
  | ArchiveVersion
  | UnarchiveVersion
  | SetTag
  | RemoveTag
  | Withdraw
  | Reinstate
  | DeleteVersion
  | DeleteConfiguration;

export const configurationDecider: Decider<ConfigurationState, ConfigurationCommand, ConfigurationEvent> = {
  initial: missingConfiguration,
  decide(command, state) {
    switch (command.type) {
      case 'create-configuration':
        return createConfiguration(command, state);
      case 'create-draft':
        return createDraft(command, state);
      case 'revert':
        return revert(command, state);
      case 'edit-draft':
        return editDraft(command, state);
      case 'discard-draft':
        return discardDraft(command, state);
      case 'publish-draft':
        return publishDraft(command, state);
      case 'archive-version':
        return archiveVersion(command, state);
      case 'unarchive-version':
        return unarchiveVersion(command, state);
      case 'set-tag':
        return setTag(command, state);
      case 'remove-tag':
        return removeTag(command, state);
      case 'withdraw':
        return withdraw(command, state);
      case 'reinstate':
        return reinstate(command, state);
      case 'delete-version':
        return deleteVersion(command, state);
      case 'delete-configuration':
        return deleteConfiguration(state);
      default:
        return assertNever(command);
    }
  },
  evolve: evolveConfiguration,
};
