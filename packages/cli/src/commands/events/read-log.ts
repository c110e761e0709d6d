import type { Client, StoredEvent } from '@ampora/api-contract';
import { pageSize } from '../../output/all-pages.ts';

export interface LogQuery {
  readonly type: readonly string[] | undefined;
  readonly stream: string | undefined;
}

/** Pages in the order of the log, after a position: a cursor of this list is the position of the last event before it. */
export async function* pagesAfter(
  call: Client,
  filter: LogQuery,
  after: bigint,
): AsyncGenerator<StoredEvent[]> {
  let cursor = String(after);
  for (;;) {
    const { items, next } = await call('listEvents', {
      query: { ...filter, direction: 'forwards', limit: pageSize, cursor },
    });
    if (items.length > 0) yield items;
    if (next === null) return;
    cursor = next;
  }
}

export async function headOf(call: Client): Promise<string> {
  const { items } = await call('listEvents', { query: { direction: 'backwards', limit: 1 } });
  return items[0]?.position ?? '0';
}
