import { storeContent } from '@ampora/application';
import type { StreamAppend } from '@ampora/application/ports';
import type { AgentCommand } from '@ampora/domain';
import type { EventMetadata } from '@ampora/kernel';
import type { EffectiveConfigReport } from '../inbound/effective-config.ts';
import type { KnownContent } from './session-context.ts';

export interface EffectiveConfigNews {
  readonly commands: readonly AgentCommand[];
  /** Bodies that are not known to be stored. */
  readonly before: readonly StreamAppend[];
  readonly sizeBytes: number;
  readonly onStored: () => void;
}

/** What a report of an effective config gives to store: each body once, before the fact that names it. */
export function recordEffectiveConfig(
  { command, bodies }: EffectiveConfigReport,
  metadata: EventMetadata,
  knownContent: KnownContent,
): EffectiveConfigNews {
  const unknown = [...bodies].filter(([contentHash]) => !knownContent.has(contentHash));
  return {
    commands: [command],
    before: unknown.flatMap(([, body]) => storeContent(body, metadata).appends),
    sizeBytes: unknown.reduce((bytes, [, body]) => bytes + body.byteLength, 0),
    onStored: () => {
      for (const [contentHash] of unknown) knownContent.add(contentHash);
    },
  };
}
