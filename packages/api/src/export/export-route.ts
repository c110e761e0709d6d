import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import { exportOperation, type ExportQuery } from '@ampora/api-contract';
import { recordExport } from '@ampora/application';
import type { ExportEvent } from '@ampora/catalogue';
import type { EventLog } from '@ampora/application/ports';
import { type ExportRequest, filterToJson, type LeafRange, openExport, rangeOf } from '@ampora/event-export';
import type { Logger } from '@ampora/platform';
import { type Response, Router } from 'express';
import { identify, requireRole, type SessionReader } from '../authority/caller.ts';
import { ApiError } from '../problem/api-error.ts';
import { commandContext, correlationOf } from '../routing/register-operations.ts';
import { exportRequest } from './export-request.ts';
import type { ExportSource } from './export-source.ts';

export interface ExportRouteOptions {
  readonly log: EventLog;
  readonly source: ExportSource;
  readonly sessions: SessionReader;
  readonly logger: Logger;
  /** Makes the file; may do so on another thread. Default: here. */
  readonly openExport?: (
    request: ExportRequest,
    range: LeafRange,
  ) => AsyncGenerator<Uint8Array, void, undefined>;
  /** Most exports under way at once. Each holds some ten megabytes. */
  readonly maxExports?: number;
}

/** A reader that takes nothing for so long has gone. */
const STALLED_MS = 600_000;

const contentTypes: Readonly<Record<ExportQuery['format'], string>> = {
  jsonl: 'application/jsonl; charset=utf-8',
  proofs: 'application/jsonl; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
  parquet: 'application/vnd.apache.parquet',
};

/** `GET /api/audit/export`: what goes wrong before the first byte is a problem document; later it cuts the connection. */
export function exportRoute(options: ExportRouteOptions): Router {
  const {
    log,
    source,
    sessions,
    logger,
    openExport: open = (request) => openExport(request),
    maxExports = 8,
  } = options;
  const router = Router();
  let running = 0;

  router.get(exportOperation.path, async (request, response) => {
    const caller = await identify(request, sessions);
    requireRole(caller, exportOperation.role);
    const query = exportOperation.query.parse(request.query);
    const command = commandContext(request, caller);
    if (running >= maxExports)
      throw new ApiError(503, 'export/too-many', `${maxExports} exports are under way already.`, {
        headers: { 'retry-after': '30' },
      });
    running++;
    const gone = new AbortController();
    response.on('close', () => gone.abort(new Error('The reader went away')));
    try {
      const asked = await exportRequest({ query, caller, command }, { log, source, signal: gone.signal });
      const range = await rangeOf(asked);
      await recordExport(log, factsOf(asked, range), command);
      const chunks = open(asked, range);
      // What cannot be read fails here, where an answer can still say so.
      const first = await chunks.next();
      const encoding = encodingOf(query, request.headers['accept-encoding']);
      sendHead(response, { asked, range, encoding });
      response.setTimeout(STALLED_MS, () => response.destroy());
      const bytes = Readable.from(startingWith(first, chunks), {
        objectMode: false,
        highWaterMark: 256 * 1024,
      });
      if (encoding === 'none') await pipeline(bytes, response);
      else await pipeline(bytes, createGzip({ level: constants.Z_BEST_SPEED }), response);
    } catch (error) {
      if (!response.headersSent) throw error;
      if (!gone.signal.aborted)
        logger.error('An export broke off', { correlation_id: correlationOf(request), error });
      response.destroy();
    } finally {
      running--;
    }
  });
  return router;
}

type Encoding = 'none' | 'gzip' | 'gz-file';

function encodingOf({ gz }: ExportQuery, accepted: string | string[] | undefined): Encoding {
  if (gz === 'true') return 'gz-file';
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/.test(String(accepted ?? '')) ? 'gzip' : 'none';
}

interface Head {
  readonly asked: ExportRequest;
  readonly range: LeafRange;
  readonly encoding: Encoding;
}

function sendHead(response: Response, { asked, range, encoding }: Head): void {
  const { format, tenant, root } = asked;
  const name = `ampora-${tenant.replace(/[^\w.-]/g, '_')}-${root.treeSize}.${format === 'proofs' ? 'proofs.jsonl' : format}`;
  const isFile = encoding === 'gz-file';
  response.status(200);
  response.set('content-type', isFile ? 'application/gzip' : contentTypes[format]);
  response.set('content-disposition', `attachment; filename="${name}${isFile ? '.gz' : ''}"`);
  response.set('vary', 'accept-encoding');
  if (encoding === 'gzip') response.set('content-encoding', 'gzip');
  response.set('x-ampora-tree-size', String(root.treeSize));
  response.set('x-ampora-leaves', `${range.from}-${range.to}`);
  response.set('x-accel-buffering', 'no');
  response.flushHeaders();
}

function factsOf(
  { format, withProofs, filter, root }: ExportRequest,
  { from, to }: LeafRange,
): ExportEvent['data'] {
  return {
    format,
    withProofs: withProofs || format === 'proofs',
    filter: filterToJson(filter) as ExportEvent['data']['filter'],
    treeSize: root.treeSize,
    fromSequence: from,
    toSequence: to,
  };
}

async function* startingWith(
  first: IteratorResult<Uint8Array, void>,
  rest: AsyncGenerator<Uint8Array, void, undefined>,
): AsyncGenerator<Uint8Array> {
  if (first.done) return;
  yield first.value;
  yield* rest;
}
