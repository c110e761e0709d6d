import type { Role } from '@ampora/api-contract';
import { Router } from 'express';
import { ApiError } from '../problem/api-error.ts';
import { SESSION_COOKIE } from './caller.ts';

/** Redeems one-time links. */
export interface OneTimeLinks {
  /** A new session for the holder of an unused link, or `undefined`. */
  redeem(
    token: string,
  ): Promise<{ sessionToken: string; actor: string; role: Role; maxAgeSeconds: number } | undefined>;
}

/** `GET /welcome?token=…`: the link printed at first start signs its holder in, once. */
export function welcomeRoute(links: OneTimeLinks): Router {
  const router = Router();
  router.get('/welcome', async (request, response) => {
    const token = typeof request.query['token'] === 'string' ? request.query['token'] : '';
    const session = token ? await links.redeem(token) : undefined;
    if (!session)
      throw new ApiError(
        410,
        'auth/link-used',
        'This link was used already, has expired, or is not whole. Restart the server for a new one.',
      );
    response.cookie(SESSION_COOKIE, session.sessionToken, {
      httpOnly: true,
      sameSite: 'strict',
      secure: request.secure,
      path: '/',
      maxAge: session.maxAgeSeconds * 1000,
    });
    response.set('cache-control', 'no-store').redirect(303, '/');
  });
  return router;
}
