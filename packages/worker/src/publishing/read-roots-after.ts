import { typedEvents } from '@ampora/application';
import type { EventLog } from '@ampora/application/ports';
import { streamOf } from '@ampora/catalogue';
import { lastSealedRoot, type SealedRootEvent } from '../audit-sealer/seal-root.ts';

const PAGE = 500;

/** A tenant's roots of more events than `treeSize`, oldest first. */
export async function* readRootsAfter(
  log: EventLog,
  tenant: string,
  treeSize: number,
): AsyncGenerator<SealedRootEvent, void, undefined> {
  const last = await lastSealedRoot(log, tenant);
  if (last === undefined || last.data.treeSize <= treeSize) return;
  let revision = await firstRevisionAfter(log, tenant, { treeSize, last });
  for (;;) {
    const page = await rootsFrom(log, tenant, revision, PAGE);
    yield* page;
    if (page.length < PAGE) return;
    revision += PAGE;
  }
}

async function rootsFrom(
  log: EventLog,
  tenant: string,
  fromRevision: number,
  maxCount: number,
): Promise<SealedRootEvent[]> {
  const stored = await log.readStream(streamOf.auditSeal(tenant), { fromRevision, maxCount });
  return typedEvents(stored) as unknown as SealedRootEvent[];
}

/** Sizes grow along the stream: found by halving. */
async function firstRevisionAfter(
  log: EventLog,
  tenant: string,
  { treeSize, last }: { readonly treeSize: number; readonly last: SealedRootEvent },
): Promise<number> {
  let low = 0;
  let high = last.revision;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [root] = await rootsFrom(log, tenant, middle, 1);
    if (root !== undefined && root.data.treeSize > treeSize) high = middle;
    else low = middle + 1;
  }
  return low;
}
