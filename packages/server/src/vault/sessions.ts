import type { Pool } from 'pg';
import { actorOf } from './people.ts';
import { seal } from './seal.ts';
import { hashToken } from './token.ts';

const roles = ['Viewer', 'Operator', 'Admin'] as const;

export interface Session {
  /** `person:<id>`: who that is, only the vault knows. */
  readonly actor: string;
  readonly role: (typeof roles)[number];
  /** Seals what tells of the person. */
  readonly seal: (text: string) => string;
}

export interface Sessions {
  /** Whom a session token stands for, while it is valid. */
  read(token: string): Promise<Session | undefined>;
}

export function createSessions(pool: Pool): Sessions {
  return {
    async read(token) {
      const found = await pool.query<{ person_id: string; role: string; key: Buffer }>(
        `select s.person_id, s.role, p.key from vault.sessions s join vault.people p on p.person_id = s.person_id
         where s.token_hash = $1 and s.expires_at > now() and p.key is not null`,
        [hashToken(token)],
      );
      const [row] = found.rows;
      const role = roles.find((known) => known === row?.role);
      if (row === undefined || role === undefined) return undefined;
      return { actor: actorOf(row.person_id), role, seal: (text) => seal(row.key, text) };
    },
  };
}
