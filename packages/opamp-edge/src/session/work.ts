import type { AgentEvent } from '@ampora/catalogue';
import type { StreamAppend } from '@ampora/application/ports';
import type { AgentCommand } from '@ampora/domain';
import type { EventMetadata } from '@ampora/kernel';
import type { ReplySlot } from './reply-slot.ts';

/** What one message (or timer) has to store. Keeps its commands until durable: after a conflict they are decided again. */
export interface Work {
  readonly commands: readonly AgentCommand[];
  /** Other streams' events that must stand before: bodies, the alias of a uid. */
  readonly before: readonly StreamAppend[];
  readonly slots: readonly ReplySlot[];
  readonly metadata: EventMetadata;
  /** About how much it is, for one append has a limit. */
  readonly sizeBytes: number;
  events: readonly AgentEvent[];
  readonly onStored?: (() => void) | undefined;
}
