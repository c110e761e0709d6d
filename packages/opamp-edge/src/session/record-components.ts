import { storeContent } from '@ampora/application';
import type { StreamAppend } from '@ampora/application/ports';
import type { AgentCommand } from '@ampora/domain';
import type { EventMetadata } from '@ampora/kernel';
import type { ComponentsReport } from '../inbound/available-components.ts';
import type { SessionContext } from './session-context.ts';

export interface ComponentsNews {
  readonly command: AgentCommand;
  readonly before: readonly StreamAppend[];
  readonly onStored: (() => void) | undefined;
}

/** What a report of components gives to record: the list itself where it was sent, else what is known behind its hash. */
export function recordComponents(
  { componentsHash, list }: ComponentsReport,
  metadata: EventMetadata,
  { components, knownContent }: Pick<SessionContext<never>, 'components' | 'knownContent'>,
): ComponentsNews {
  const type = 'record-available-components';
  if (!list) {
    const contentHash = components.contentOf(componentsHash);
    return { command: { type, componentsHash, contentHash }, before: [], onStored: undefined };
  }
  const { contentHash, appends } = storeContent(list, metadata);
  return {
    command: { type, componentsHash, contentHash },
    before: knownContent.has(contentHash) ? [] : appends,
    onStored: () => {
      knownContent.add(contentHash);
      components.learn(componentsHash, contentHash);
    },
  };
}
