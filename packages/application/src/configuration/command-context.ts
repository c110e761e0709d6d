import type { ConfigurationSource } from '@ampora/catalogue';
import type { EventMetadata } from '@ampora/kernel';

/** Who asks, and the name of this attempt: the same `commandId` given again changes nothing and answers the same. */
export interface CommandContext {
  readonly commandId: string;
  readonly metadata: EventMetadata;
  /** Where a text that comes with the command was written. */
  readonly source?: ConfigurationSource;
}
