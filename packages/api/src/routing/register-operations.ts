import { createHash, randomUUID } from 'node:crypto';
import {
  dryRunQuery,
  type Operation,
  type OperationId,
  operations,
  type PlannedChange,
  sourceHeader,
  type VersionSource,
  versionSource,
} from '@ampora/api-contract';
import { type CommandContext, commandIdOf } from '@ampora/application';
import type { EventMetadata, Position } from '@ampora/kernel';
import { type Request, type Response, Router } from 'express';
import { type Caller, identify, requireRole, type SessionReader } from '../authority/caller.ts';
import { changeOfOperation, type PlannedOperationId } from '../plan/changes-of-operations.ts';
import { ApiError } from '../problem/api-error.ts';
import type { Handlers, Input } from './handlers.ts';

export interface RoutingOptions {
  readonly handlers: Handlers;
  readonly sessions: SessionReader;
  /** Resolves when the read models show a position; false when they did not in time. */
  readonly waitFor: (position: Position) => Promise<boolean>;
}

/** Routes every operation: identify, authorise, validate, wait for `after`, handle, answer. */
export function registerOperations(options: RoutingOptions): Router {
  const router = Router();
  for (const [id, operation] of Object.entries(operations) as [OperationId, Operation][]) {
    router[operation.method](operation.path, async (request, response) => {
      const caller = await identify(request, options.sessions);
      requireRole(caller, operation.role);
      const input = parse(operation, request, caller);
      await waitForAfter(input.query, options);
      if (isDryRun(operation, request)) {
        response.status(operation.status ?? 200).json(await plan(id, input, options.handlers));
        return;
      }
      const handle = options.handlers[id] as (input: unknown) => Promise<unknown>;
      const answer = await handle(input);
      if (operation.file) sendFile(response, operation.file, String(answer));
      else if (operation.settled) sendSettled(request, response, answer);
      else response.status(operation.status ?? 200).json(answer);
    });
  }
  return router;
}

function sendFile(response: Response, { type, name }: NonNullable<Operation['file']>, text: string): void {
  response.set('content-disposition', `attachment; filename="${name}"`);
  response.set('content-type', type);
  response.send(Buffer.from(text, 'utf8'));
}

/** A dry run that cannot be is refused: it must never become the real thing. */
function isDryRun(operation: Operation, request: Request): boolean {
  if (operation.method === 'get' || request.query['dryRun'] === undefined) return false;
  const { dryRun = false } = dryRunQuery.parse(request.query);
  if (dryRun && !operation.plans)
    throw new ApiError(
      400,
      'request/no-dry-run',
      'This write cannot be tried without doing it: leave out “dryRun”. Nothing was done.',
    );
  return dryRun;
}

/** The handler of the write itself is not reached. */
function plan(id: OperationId, input: ReturnType<typeof parse>, { planChange }: Handlers): Promise<unknown> {
  const toChange = changeOfOperation[id as PlannedOperationId] as (input: unknown) => PlannedChange;
  return planChange({ ...input, params: undefined, query: undefined, body: { change: toChange(input) } });
}

/** An answer that a browser may keep for an hour, and by its tag for as long as it holds. */
function sendSettled(request: Request, response: Response, answer: unknown): void {
  const text = JSON.stringify(answer);
  const tag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
  sendHeaders(response, { etag: tag, 'cache-control': 'private, max-age=3600' });
  const held = request.headers['if-none-match']?.split(',').map((one) => one.trim().replace(/^W\//, ''));
  if (held?.includes(tag)) response.status(304).end();
  else response.type('application/json').send(text);
}

function parse(operation: Operation, request: Request, caller: Caller) {
  const query = operation.query?.parse(request.query);
  const body = operation.body?.parse(request.body ?? undefined);
  return {
    params: operation.params?.parse(request.params),
    query,
    body,
    ifMatch: operation.ifMatch ? rowVersionOf(request.headers['if-match']) : undefined,
    caller,
    command: commandContext(request, caller, { query, body }),
  } satisfies Record<keyof Input<OperationId>, unknown>;
}

function rowVersionOf(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const match = /^(?:W\/)?"?(\d{1,9})"?$/.exec(header.trim());
  if (!match?.[1])
    throw new ApiError(
      400,
      'request/invalid-if-match',
      'If-Match wants the row-version that you saw, such as "3".',
    );
  return Number(match[1]);
}

/** `asked`: what a repeated request must ask for again under the same Idempotency-Key. */
export function commandContext(request: Request, caller: Caller, asked: unknown = null): CommandContext {
  const key = request.headers['idempotency-key'];
  if (key !== undefined && (typeof key !== 'string' || key.length < 1 || key.length > 200)) {
    throw new ApiError(400, 'request/invalid-idempotency-key', 'Idempotency-Key wants 1 to 200 characters.');
  }
  const commandId = key
    ? commandIdOf(
        `${caller.tenant}:${caller.actor}:${request.method}:${request.path}:${key}`,
        JSON.stringify(asked),
      )
    : randomUUID();
  const traceparent = request.headers['traceparent'];
  const address = request.socket.remoteAddress;
  const metadata: EventMetadata = {
    tenant: caller.tenant,
    actor: caller.actor,
    actorRole: caller.role,
    ...(address ? { sourceIp: caller.seal?.(address) ?? address } : {}),
    correlationId: correlationOf(request),
    ...(typeof traceparent === 'string' && /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(traceparent)
      ? { traceparent }
      : {}),
  };
  return { commandId, metadata, source: sourceOf(request) };
}

function sourceOf(request: Request): VersionSource {
  return versionSource.safeParse(request.headers[sourceHeader]).data ?? 'api';
}

async function waitForAfter(query: unknown, { waitFor }: RoutingOptions): Promise<void> {
  const after = (query as { after?: string } | undefined)?.after;
  if (after === undefined || (await waitFor(BigInt(after)))) return;
  throw new ApiError(
    504,
    'read/not-visible-yet',
    `The read models have not reached position ${after} yet. Try again, or leave out “after” to see what there is.`,
    {
      headers: { 'retry-after': '1' },
    },
  );
}

const correlations = new WeakMap<Request, string>();

/** The id that everything a request causes carries: the caller's `x-correlation-id` when it is a UUID, else a new one. */
export function correlationOf(request: Request): string {
  const known = correlations.get(request);
  if (known) return known;
  const given = request.headers['x-correlation-id'];
  const id =
    typeof given === 'string' && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(given)
      ? given.toLowerCase()
      : randomUUID();
  correlations.set(request, id);
  return id;
}

export function sendHeaders(response: Response, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) response.set(name, value);
}
