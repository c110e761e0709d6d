import { ApiProblem, type Finding } from '@ampora/api-contract';

/** A failure, in words that can be shown. */
export interface Trouble {
  readonly title: string;
  readonly detail: string;
  readonly code: string;
}

/** Says what went wrong; never throws. */
export function toTrouble(cause: unknown): Trouble {
  if (cause instanceof ApiProblem) {
    const lines = cause.problem.errors?.map(({ pointer, message }) => `${pointer}: ${message}`) ?? [];
    return {
      title: cause.problem.title,
      detail: [cause.problem.detail, ...lines].join(' '),
      code: cause.code,
    };
  }
  if (cause instanceof TypeError) {
    return {
      title: 'The server does not answer',
      detail: 'Check your connection; nothing was changed if the request never arrived.',
      code: 'network/unreachable',
    };
  }
  return { title: 'Something went wrong', detail: String(cause), code: 'client/unexpected' };
}

/** The findings that a refused publish carries in its problem document. */
export function findingsOf(cause: unknown): Finding[] {
  if (!(cause instanceof ApiProblem)) return [];
  const findings: unknown = cause.problem['findings'];
  return Array.isArray(findings) ? (findings as Finding[]) : [];
}
