import { type ConfigurationEvent, decodeEvent } from '@ampora/catalogue';
import type { ContentReader } from '../content/read-content.ts';
import type { EventLog } from '../ports/event-log.ts';
import { loadConfiguration } from './load-configuration.ts';

export interface CurrentDraft {
  /** Null once the draft has become a version that cannot change. */
  readonly rowVersion: number | null;
  readonly status: 'Draft' | 'Published' | 'Archived';
  readonly body: string;
  readonly updatedBy: string;
  readonly updatedAt: string;
}

const shown = { draft: 'Draft', published: 'Published', archived: 'Archived' } as const;

/** What a version says now, who saved it and when; `undefined` when it is gone. */
export async function currentDraft(
  { log, content }: { readonly log: EventLog; readonly content: ContentReader },
  configurationId: string,
  version: number,
): Promise<CurrentDraft | undefined> {
  const { state, stored } = await loadConfiguration(log, configurationId);
  const found = state.status === 'created' ? state.versions.get(version) : undefined;
  if (!found || !('contentHash' in found)) return undefined;
  const last = stored.findLast((event) => {
    const decoded = decodeEvent(event) as ConfigurationEvent | undefined;
    return decoded !== undefined && 'contentHash' in decoded.data && decoded.data.version === version;
  });
  const body = await content.read(found.contentHash);
  if (!last || !body) return undefined;
  return {
    rowVersion: found.status === 'draft' ? found.rowVersion : null,
    status: shown[found.status],
    body: body.toString('utf8'),
    updatedBy: last.metadata.actor,
    updatedAt: new Date(last.recordedAtMs).toISOString(),
  };
}
