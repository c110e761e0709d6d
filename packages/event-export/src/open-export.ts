import type { EventLog } from '@ampora/application/ports';
import { type Hashing, headerLine, headerStatement, signatureLine } from '@ampora/proof';
import { csvFile } from './formats/csv.ts';
import { bareJsonl, provenFile } from './formats/jsonl.ts';
import { parquetFile } from './formats/parquet.ts';
import type { ProvenLog, SignedRoot } from './proven-log.ts';
import { type ExportFilter, filterToJson } from './selection/export-filter.ts';
import { type LeafRange, leafRange } from './selection/leaf-range.ts';
import { type SelectedPage, selectEvents } from './selection/select-events.ts';

export const exportFormats = ['jsonl', 'csv', 'parquet', 'proofs'] as const;
/** `proofs`: what `jsonl` is without the events, to stand beside a CSV or Parquet file. */
export type ExportFormat = (typeof exportFormats)[number];

export interface ExportHead {
  readonly header: string;
  readonly signature: string;
}

/** Which events, and how they are written: plain data, which may be handed to another thread. */
export interface ExportOrder {
  readonly tenant: string;
  readonly filter: ExportFilter;
  readonly format: ExportFormat;
  /** False: JSONL of events alone. */
  readonly withProofs: boolean;
  /** Nothing after this root's leaves is exported. */
  readonly root: SignedRoot;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  /** What the reader has already: all that was to be written of the leaves before this one. Parquet cannot be gone on with. */
  readonly from?: number;
  /** The head that a file with proofs began with; needed with `from`. */
  readonly head?: ExportHead;
}

export interface ExportRequest extends ExportOrder {
  readonly log: EventLog;
  readonly proven: ProvenLog;
  readonly hashing: Hashing;
  readonly signal?: AbortSignal;
}

/** The order within a request. */
export function orderOf(request: ExportRequest): ExportOrder {
  const { tenant, filter, format, withProofs, root, createdAt, from, head } = request;
  const { treeSize, rootHash, checkpoint } = root;
  return {
    tenant,
    filter,
    format,
    withProofs,
    root: { treeSize, rootHash, checkpoint },
    createdAt,
    ...(from === undefined ? {} : { from }),
    ...(head ? { head } : {}),
  };
}

/** The leaves that an export looks at. */
export async function rangeOf(
  request: Pick<ExportRequest, 'log' | 'proven' | 'filter' | 'root' | 'from'>,
): Promise<LeafRange> {
  const { filter, root, from = 0 } = request;
  const whole = await leafRange(filter, { ...request, treeSize: root.treeSize });
  return { from: Math.max(whole.from, Math.min(from, whole.to)), to: whole.to };
}

/** The first two lines of a file with proofs. */
export async function exportHead(
  request: Pick<ExportRequest, 'proven' | 'hashing' | 'tenant' | 'filter' | 'root' | 'createdAt'>,
): Promise<ExportHead> {
  const { proven, tenant, filter, root, createdAt } = request;
  const header = headerLine({
    tenant,
    createdAt,
    filter: filterToJson(filter),
    treeSize: root.treeSize,
    rootHash: root.rootHash,
    checkpoint: root.checkpoint,
    rotations: await proven.rotations(),
  });
  return { header, signature: await signatureOf(request, header) };
}

/** The signature that belongs under a header: signing is deterministic, so equal texts say that we signed it. */
export async function signatureOf(
  { proven, hashing, tenant }: Pick<ExportRequest, 'proven' | 'hashing' | 'tenant'>,
  header: string,
): Promise<string> {
  return signatureLine(await proven.sign(headerStatement(hashing, tenant, header)));
}

/**
 * The file, in chunks of bytes, made as they are taken: a reader that pauses holds some ten megabytes here and nothing of
 * the database. Rejects before the first chunk when the tree or the log cannot be read.
 */
export async function* openExport(request: ExportRequest): AsyncGenerator<Uint8Array, void, undefined> {
  const { log, proven, tenant, filter, format, withProofs, root, from = 0 } = request;
  const whole = await leafRange(filter, { log, proven, treeSize: root.treeSize });
  const range = { from: Math.max(whole.from, from), to: whole.to };
  const pages = pagesOf(request, range);
  if (format === 'csv') return yield* csvFile(pages, { withHeader: from === 0 });
  if (format === 'parquet') {
    const keyValues = { 'ampora.tenant': tenant, 'ampora.checkpoint': root.checkpoint };
    return yield* parquetFile(pages, { ...keyValues, 'ampora.filter': JSON.stringify(filterToJson(filter)) });
  }
  if (format === 'jsonl' && !withProofs) return yield* bareJsonl(pages);
  yield* provenFile({
    ...request,
    ...(request.head ?? (await exportHead(request))),
    treeSize: root.treeSize,
    from,
    pages,
    before: pagesOf(request, { from: whole.from, to: Math.min(whole.to, from) }),
    withEvents: format === 'jsonl',
  });
}

function pagesOf(
  { log, proven, tenant, filter, signal }: ExportRequest,
  range: LeafRange,
): AsyncIterable<SelectedPage> {
  return selectEvents({ log, proven, tenant, filter, range, signal });
}
