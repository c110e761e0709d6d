import type { z } from 'zod';
import { type ChangePlan, changePlan } from './change-plan.ts';
import type { Operation } from './operation.ts';
import { type OperationId, operations } from './operations.ts';
import { problem, type Problem } from './shared.ts';

type Operations = typeof operations;
type InputOf<Schema> = Schema extends z.ZodType ? z.input<Schema> : never;
type Optional<Key extends string, Value> = [Value] extends [never]
  ? unknown
  : undefined extends Value
    ? { [K in Key]?: Value }
    : { [K in Key]: Value };
type Field<Op, Key extends string> = Op extends { readonly [K in Key]: infer Schema }
  ? InputOf<Schema>
  : never;
type QueryField<Op> = [Field<Op, 'query'>] extends [never]
  ? unknown
  : Partial<Field<Op, 'query'>> extends Field<Op, 'query'>
    ? { query?: Field<Op, 'query'> }
    : { query: Field<Op, 'query'> };
type ParamsField<Op> = [Field<Op, 'params'>] extends [never]
  ? unknown
  : { params: { [K in keyof Field<Op, 'params'>]: string | number } };

export type CallOptions<Id extends OperationId> = ParamsField<Operations[Id]> &
  QueryField<Operations[Id]> &
  Optional<'body', Field<Operations[Id], 'body'>> & {
    ifMatch?: number;
    idempotencyKey?: string;
    signal?: AbortSignal;
  };

export type AnswerOf<Id extends OperationId> = z.output<Operations[Id]['response']>;

/** A problem+json answer. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly problem: Problem;

  constructor(document: Problem) {
    super(`${document.title}: ${document.detail}`);
    this.problem = document;
  }

  get code(): string {
    return this.problem.code;
  }

  get status(): number {
    return this.problem.status;
  }
}

/** What a write would have done: a client that only tries ends with it at the first write. */
export class PlannedOnly extends Error {
  override readonly name = 'PlannedOnly';
  readonly plan: ChangePlan;

  constructor(plan: ChangePlan) {
    super('Nothing was done: this was a dry run');
    this.plan = plan;
  }
}

export interface ClientOptions {
  /** Writes are only tried: the first one throws PlannedOnly, or an error where it cannot be tried. Nothing is written. */
  readonly dryRun?: boolean;
  /** Such as `http://localhost:8080`; empty in a browser on the same origin. */
  readonly baseUrl?: string;
  readonly fetch?: typeof fetch;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Client = <Id extends OperationId>(id: Id, options: CallOptions<Id>) => Promise<AnswerOf<Id>>;

/** The address of an operation with its parameters and query filled in. */
export function urlOf(
  operation: Operation,
  params: Record<string, unknown> = {},
  query: Record<string, unknown> = {},
): string {
  const path = operation.path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String(params[name])),
  );
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === '') continue;
    search.set(key, Array.isArray(value) ? value.join(',') : String(value));
  }
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

/** A typed client over `fetch`. Throws ApiProblem for problem answers; other failures keep their cause. */
export function createClient(options: ClientOptions = {}): Client {
  const send = options.fetch ?? fetch;
  return async (id, call) => {
    const operation: Operation = operations[id];
    const { params, query, body, ifMatch, idempotencyKey, signal } = call as {
      params?: Record<string, unknown>;
      query?: Record<string, unknown>;
      body?: unknown;
      ifMatch?: number;
      idempotencyKey?: string;
      signal?: AbortSignal;
    };
    const isTried = options.dryRun === true && operation.role !== 'Viewer';
    if (isTried && !operation.plans)
      throw new Error(`${id} cannot be tried without doing it. Nothing was done.`);
    const headers: Record<string, string> = { accept: 'application/json', ...options.headers };
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (ifMatch !== undefined) headers['if-match'] = `"${ifMatch}"`;
    if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
    const response = await send(
      `${options.baseUrl ?? ''}${urlOf(operation, params, isTried ? { ...query, dryRun: 'true' } : query)}`,
      {
        method: operation.method.toUpperCase(),
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal ? { signal } : {}),
      },
    );
    const text = await response.text();
    if (response.ok && isTried) throw new PlannedOnly(changePlan.parse(JSON.parse(text)));
    if (response.ok) return (operation.file ? text : JSON.parse(text)) as never;
    throw new ApiProblem(toProblem(response, text));
  };
}

/** What a refusing answer says, for callers that read it themselves. */
export function problemIn(response: Response, text: string): ApiProblem {
  return new ApiProblem(toProblem(response, text));
}

function toProblem(response: Response, text: string): Problem {
  if (response.headers.get('content-type')?.includes('application/problem+json')) {
    const parsed = problem.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
  }
  return {
    type: 'about:blank',
    title: response.statusText || 'Request failed',
    status: response.status,
    code: 'http/unexpected',
    detail: `The server answered ${response.status} without a problem document`,
  };
}
