import type { HandleClientError } from '@sveltejs/kit/hooks';

/** Problems of the API arrive here in words already; what else fails gets some. */
export const handleError: HandleClientError = ({ kind, error }) => {
  if (kind !== 'unknown') return undefined;
  const unreachable = error instanceof TypeError && /fetch|network|load/i.test(error.message);
  return unreachable
    ? {
        status: 503,
        message: 'The server does not answer',
        code: 'network/unreachable',
        detail: 'Check your connection.',
      }
    : { message: 'This page failed in the browser', code: 'client/unexpected', detail: String(error) };
};
