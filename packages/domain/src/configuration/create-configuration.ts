import type { ConfigurationEvent, ConfigurationSource } from '@ampora/catalogue';
import { Rejection } from '@ampora/kernel';
import type { ConfigurationRejectionCode } from './rejections.ts';
import type { ConfigurationState } from './state.ts';

/** A body that is stored already. */
export interface StoredBody {
  readonly contentHash: string;
  readonly sizeBytes: number;
}

export interface CreateConfiguration {
  readonly type: 'create-configuration';
  readonly configurationId: string;
  readonly name: string;
  readonly description: string;
  /** Body of a first draft. */
  readonly draft?: StoredBody & { readonly source?: ConfigurationSource };
}

export function createConfiguration(
  command: CreateConfiguration,
  state: ConfigurationState,
): ConfigurationEvent[] {
  if (state.status !== 'missing') {
    throw new Rejection<ConfigurationRejectionCode>(
      'configuration/already-exists',
      `Configuration ${command.configurationId} exists already.`,
    );
  }
  const { configurationId, name, description, draft } = command;
  const events: ConfigurationEvent[] = [
    { type: 'ConfigurationCreated', data: { configurationId, name, description } },
  ];
  if (draft)
    events.push({ type: 'ConfigurationDraftCreated', data: { version: 1, ...draft, basedOnVersion: null } });
  return events;
}
