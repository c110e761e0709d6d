import { STATUS_CODES } from 'node:http';
import type { Problem } from '@ampora/api-contract';
import { TooMuchContention } from '@ampora/application';
import { AppendTooLarge, EventLogUnavailable } from '@ampora/application/ports';
import { isRejection } from '@ampora/kernel';
import { z } from 'zod';
import { ApiError } from './api-error.ts';
import { statusOfRejection } from './rejection-status.ts';

interface Answer {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
  /** A fault of ours, to be logged with its cause. */
  readonly unexpected: boolean;
}

/** Turns anything thrown into a problem document. Internals of unexpected errors never reach the caller. */
export function toProblem(error: unknown, instance: string): Answer {
  const answer = (
    status: number,
    code: string,
    detail: string,
    more: Partial<Answer> & { title?: string; members?: object } = {},
  ): Answer => ({
    problem: {
      ...more.members,
      type: `urn:ampora:problem:${code.replaceAll('/', ':')}`,
      title: more.title ?? STATUS_CODES[status] ?? 'Error',
      status,
      code,
      detail,
      instance,
    },
    headers: more.headers ?? {},
    unexpected: more.unexpected ?? false,
  });

  if (isRejection(error)) {
    const { status, title } = statusOfRejection(error.code);
    return answer(status, error.code, error.message, { title, members: error.details });
  }
  if (error instanceof ApiError)
    return answer(error.status, error.code, error.message, {
      members: error.details,
      headers: error.headers,
    });
  if (error instanceof z.ZodError) {
    const errors = error.issues.map((issue) => ({
      pointer: `/${issue.path.map(String).join('/')}`,
      message: issue.message,
    }));
    const first = errors[0];
    return answer(
      400,
      'request/invalid',
      first ? `${first.pointer}: ${first.message}` : 'The request does not fit its schema.',
      { members: { errors } },
    );
  }
  if (error instanceof TooMuchContention) return answer(409, 'write/contention', error.message);
  if (error instanceof AppendTooLarge) return answer(413, 'write/too-large', error.message);
  if (error instanceof EventLogUnavailable || isConnectionFailure(error)) {
    return answer(
      503,
      'storage/unavailable',
      'The event log or its read models cannot be reached right now. Nothing was lost; try again shortly.',
      {
        headers: { 'retry-after': '2' },
        unexpected: true,
      },
    );
  }
  const parserFault = bodyParserFault(error);
  if (parserFault) return answer(parserFault.status, parserFault.code, parserFault.detail);
  return answer(
    500,
    'server/fault',
    'Something went wrong on our side. The server log has the details under this request’s correlation id.',
    { unexpected: true },
  );
}

const CONNECTION_FAILURES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
  '57P01',
  '57P02',
  '57P03',
  '08006',
  '08001',
  '08003',
  '53300',
]);

function isConnectionFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && CONNECTION_FAILURES.has(code)) return true;
  return /Connection terminated|timeout exceeded when trying to connect|Timeout acquiring a connection|Query read timeout/i.test(
    error.message,
  );
}

function bodyParserFault(error: unknown): { status: number; code: string; detail: string } | undefined {
  const type = (error as { type?: unknown }).type;
  if (type === 'entity.parse.failed')
    return { status: 400, code: 'request/invalid-json', detail: 'The body is not valid JSON.' };
  if (type === 'entity.too.large')
    return { status: 413, code: 'request/too-large', detail: 'The body is larger than this server takes.' };
  if (type === 'encoding.unsupported' || type === 'charset.unsupported') {
    return {
      status: 415,
      code: 'request/unsupported-encoding',
      detail: 'Send the body as UTF-8 JSON, plain or gzip.',
    };
  }
  if ((error as { status?: unknown }).status === 400)
    return { status: 400, code: 'request/malformed', detail: 'The request is malformed.' };
  return undefined;
}
