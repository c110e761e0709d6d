import type { ExportQuery } from '@ampora/api-contract';
import type { CommandContext } from '@ampora/application';
import type { EventLog } from '@ampora/application/ports';
import {
  type ExportFilter,
  type ExportHead,
  type ExportRequest,
  filterToJson,
  signatureOf,
  type SignedRoot,
} from '@ampora/event-export';
import type { Caller } from '../authority/caller.ts';
import { ApiError } from '../problem/api-error.ts';
import { refusalOf } from '../proof/proof-handlers.ts';
import type { ExportSource } from './export-source.ts';

export interface RequestedExport {
  readonly query: ExportQuery;
  readonly caller: Caller;
  readonly command: CommandContext;
}

/** What a query asks for, against a root; refuses what cannot be gone on with. */
export async function exportRequest(
  { query, caller, command }: RequestedExport,
  {
    log,
    source,
    signal,
  }: { readonly log: EventLog; readonly source: ExportSource; readonly signal: AbortSignal },
): Promise<ExportRequest> {
  const { tenant } = caller;
  const proven = source.provenLog(tenant);
  const { hashing } = source;
  const { format, from = 0, treeSize } = query;
  if (from > 0) refuseWhatCannotGoOn(query);
  const root = treeSize === undefined ? await sealNow(source, command) : await proven.rootAt(treeSize);
  if (!root)
    throw new ApiError(
      404,
      'export/no-such-root',
      `No root was sealed at the size ${treeSize ?? 0}. GET /api/audit/roots lists those that were; leave treeSize out to seal now.`,
    );
  const filter = filterOf(query);
  const head = from > 0 && query.head !== undefined ? headOf(query.head) : undefined;
  if (head) await refuseForeignHead(head, { hashing, proven, tenant, filter, root });
  return {
    log,
    proven,
    hashing,
    tenant,
    filter,
    format,
    withProofs: query.proofs === 'true',
    root,
    createdAt: new Date().toISOString(),
    from,
    ...(head ? { head } : {}),
    signal,
  };
}

async function sealNow(source: ExportSource, { metadata }: CommandContext): Promise<SignedRoot> {
  try {
    const { root } = await source.sealNow(metadata);
    if (root) return root;
  } catch (error) {
    throw refusalOf(error);
  }
  throw new ApiError(
    409,
    'export/nothing-sealed',
    'There is nothing to export yet: the log holds no event of this tenant.',
  );
}

function filterOf(query: ExportQuery): ExportFilter {
  const { type, actor, stream, agentId, entityType, entityId, since, until } = query;
  if (entityId !== undefined && entityType === undefined)
    throw new ApiError(400, 'request/invalid', 'entityId needs entityType beside it.');
  return {
    ...(type ? { types: type } : {}),
    ...(actor ? { actors: actor } : {}),
    ...(stream === undefined ? {} : { stream }),
    ...(agentId === undefined ? {} : { agentId }),
    ...(entityType === undefined ? {} : { entityType }),
    ...(entityId === undefined ? {} : { entityId }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
}

const cannotGoOn = (reason: string) =>
  new ApiError(
    409,
    'export/cannot-go-on',
    `${reason} Begin the export anew, without from, treeSize and head.`,
  );

function refuseWhatCannotGoOn({ format, proofs, treeSize, head }: ExportQuery): void {
  if (format === 'parquet')
    throw cannotGoOn('A Parquet file cannot be gone on with: its end describes its whole.');
  if (treeSize === undefined) throw cannotGoOn('To go on, the treeSize of the first part is needed.');
  const isProven = format === 'proofs' || (format === 'jsonl' && proofs === 'true');
  if (isProven && head === undefined) throw cannotGoOn('To go on, the head of the first part is needed.');
}

function headOf(encoded: string): ExportHead {
  const [header = '', signature = ''] = Buffer.from(encoded, 'base64url').toString().split('\n');
  return { header, signature };
}

/** Only what this server has written, of the same events up to the same root, is signed again at its end. */
async function refuseForeignHead(
  { header, signature }: ExportHead,
  request: Pick<ExportRequest, 'hashing' | 'proven' | 'tenant' | 'filter' | 'root'>,
): Promise<void> {
  if (signature !== (await signatureOf(request, header)))
    throw cannotGoOn('The head is none that this server signed with the key that it signs with now.');
  const { tenant, filter, treeSize } = JSON.parse(header) as Record<string, unknown>;
  const isSame =
    tenant === request.tenant &&
    treeSize === String(request.root.treeSize) &&
    JSON.stringify(filter) === JSON.stringify(filterToJson(request.filter));
  if (!isSame) throw cannotGoOn('The head belongs to an export of other events.');
}
