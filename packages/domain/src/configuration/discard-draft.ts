import type { ConfigurationEvent } from '@ampora/catalogue';
import type { ConfigurationState } from './state.ts';
import { draftOf } from './version-of.ts';

export interface DiscardDraft {
  readonly type: 'discard-draft';
  readonly version: number;
}

export function discardDraft(command: DiscardDraft, state: ConfigurationState): ConfigurationEvent[] {
  draftOf(state, command.version);
  return [{ type: 'ConfigurationDraftDiscarded', data: { version: command.version } }];
}
