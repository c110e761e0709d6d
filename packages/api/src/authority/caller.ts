import type { Role } from '@ampora/api-contract';
import { DEFAULT_TENANT } from '@ampora/domain';
import type { Request } from 'express';
import { ApiError } from '../problem/api-error.ts';

/** Who is asking. */
export interface Caller {
  readonly actor: string;
  readonly role: Role;
  readonly tenant: string;
  /** Seals what tells of the person; nobody opens it once that person is forgotten. Absent for programs. */
  readonly seal?: (text: string) => string;
}

/** A browser's session, from the vault. */
export interface SessionReader {
  /** The caller that a session token stands for, or `undefined`. */
  read(token: string): Promise<Pick<Caller, 'actor' | 'role' | 'seal'> | undefined>;
}

export const SESSION_COOKIE = 'ampora_session';

const LOOPBACK = /^(?:::ffff:)?127\.|^::1$/;
const RANK: Readonly<Record<Role, number>> = { Viewer: 0, Operator: 1, Admin: 2 };

export const isLoopback = (address: string | undefined): boolean =>
  address !== undefined && LOOPBACK.test(address);

/**
 * A session's caller; or, for an unauthenticated program on this machine, the local administrator: without
 * configuration the server listens on loopback only, and whoever can reach it there can read its data directory.
 */
export async function identify(request: Request, sessions: SessionReader): Promise<Caller> {
  const token = cookieOf(request, SESSION_COOKIE);
  const session = token ? await sessions.read(token) : undefined;
  if (session) return { ...session, tenant: DEFAULT_TENANT };
  if (isLoopback(request.socket.remoteAddress))
    return { actor: 'loopback', role: 'Admin', tenant: DEFAULT_TENANT };
  throw new ApiError(
    401,
    'auth/required',
    'Sign in first: this server takes unauthenticated callers from its own machine only.',
    {
      headers: { 'www-authenticate': 'Bearer realm="ampora"' },
    },
  );
}

export function requireRole(caller: Caller, role: Role): void {
  if (RANK[caller.role] < RANK[role])
    throw new ApiError(403, 'auth/role-missing', `This needs the role ${role}; you have ${caller.role}.`, {
      details: { role },
    });
}

export function cookieOf(request: Request, name: string): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [key, ...value] = part.trim().split('=');
    if (key === name) return value.join('=');
  }
  return undefined;
}
