import { type ConfigurationEvent, streamOf } from '@ampora/catalogue';
import { configurationDecider, type ConfigurationState } from '@ampora/domain';
import { fold, type RecordedEvent } from '@ampora/kernel';
import { typedEvents } from '../event-writing/read-typed.ts';
import type { EventLog } from '../ports/event-log.ts';

export interface LoadedConfiguration {
  readonly streamId: string;
  readonly stored: readonly RecordedEvent[];
  readonly state: ConfigurationState;
}

export async function loadConfiguration(
  log: EventLog,
  configurationId: string,
): Promise<LoadedConfiguration> {
  const streamId = streamOf.configuration(configurationId);
  const stored = await log.readStream(streamId);
  return { streamId, stored, state: fold(configurationDecider, typedEvents<ConfigurationEvent>(stored)) };
}
