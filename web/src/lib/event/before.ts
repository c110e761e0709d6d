import type { Client, StoredEvent } from '@ampora/api-contract';

/** Types that replace what the one before of their stream said, so that the two can stand side by side. */
const replacing =
  /^Agent(?:Description|Health|Capabilities|EffectiveConfig|RemoteConfigStatus|PackageStatuses|\w*Components)Reported$|Assigned$|^ConfigurationDraftEdited$/;

export function replacesBefore(type: string): boolean {
  return replacing.test(type);
}

/** The event whose statement this one replaced; null for the first of its kind. */
export async function eventBefore(api: Client, event: StoredEvent): Promise<StoredEvent | null> {
  const { items } = await api('listEvents', {
    query: {
      stream: event.streamId,
      type: [event.type],
      direction: 'backwards',
      from: event.position,
      limit: 1,
    },
  });
  return items[0] ?? null;
}
