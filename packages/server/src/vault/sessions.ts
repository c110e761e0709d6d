import type { Pool } from 'pg';
import { hashToken } from './token.ts';

const roles = ['Viewer', 'Operator', 'Admin'] as const;

export interface Session {
  readonly actor: string;
  readonly role: (typeof roles)[number];
}

export interface Sessions {
  /** Whom a session token stands for, while it is valid. */
  read(token: string): Promise<Session | undefined>;
}

export function createSessions(pool: Pool): Sessions {
  return {
    async read(token) {
      const found = await pool.query<{ actor: string; role: string }>(
        'select actor, role from vault.sessions where token_hash = $1 and expires_at > now()',
        [hashToken(token)],
      );
      const [row] = found.rows;
      const role = roles.find((known) => known === row?.role);
      return row === undefined || role === undefined ? undefined : { actor: row.actor, role };
    },
  };
}
