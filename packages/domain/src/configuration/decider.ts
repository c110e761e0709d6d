import type { ConfigurationEvent } from '@ampora/catalogue';
import { assertNever, type Decider } from '@ampora/kernel';
import { archiveVersion, type ArchiveVersion } from './archive-version.ts';
import { createConfiguration, type CreateConfiguration } from './create-configuration.ts';
import { createDraft, type CreateDraft } from './create-draft.ts';
import { discardDraft, type DiscardDraft } from './discard-draft.ts';
import { editDraft, type EditDraft } from './edit-draft.ts';
import { evolveConfiguration } from './evolve.ts';
import { publishDraft, type PublishDraft } from './publish-draft.ts';
import { type ConfigurationState, missingConfiguration } from './state.ts';

export type ConfigurationCommand =
  CreateConfiguration | CreateDraft | EditDraft | DiscardDraft | PublishDraft | ArchiveVersion;

export const configurationDecider: Decider<ConfigurationState, ConfigurationCommand, ConfigurationEvent> = {
  initial: missingConfiguration,
  decide(command, state) {
    switch (command.type) {
      case 'create-configuration':
        return createConfiguration(command, state);
      case 'create-draft':
        return createDraft(command, state);
      case 'edit-draft':
        return editDraft(command, state);
      case 'discard-draft':
        return discardDraft(command, state);
      case 'publish-draft':
        return publishDraft(command, state);
      case 'archive-version':
        return archiveVersion(command, state);
      default:
        return assertNever(command);
    }
  },
  evolve: evolveConfiguration,
};
