import type { NextFunction, Request, Response } from 'express';
import { ApiError } from '../problem/api-error.ts';

const LOCAL_NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Keeps web pages of other sites out. A page cannot forge the Host it was resolved by (DNS rebinding) nor the Origin
 * it comes from, so a local server answers local names only, and writes come from its own pages or from programs.
 */
export function refuseForeignOrigins(options: { readonly localOnly: boolean }) {
  return (request: Request, _response: Response, next: NextFunction): void => {
    const host = request.headers.host ?? '';
    if (options.localOnly && !LOCAL_NAMES.has(hostName(host))) {
      throw new ApiError(
        403,
        'request/foreign-host',
        `This server answers to localhost only, not to “${host.slice(0, 100)}”.`,
      );
    }
    const origin = request.headers.origin;
    if (origin && !READS.has(request.method) && originHost(origin) !== host) {
      throw new ApiError(403, 'request/foreign-origin', 'Pages of other sites cannot write here.');
    }
    next();
  };
}

const hostName = (host: string) => host.replace(/:\d+$/, '').toLowerCase();

function originHost(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
