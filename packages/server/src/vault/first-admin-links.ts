import type { Pool } from 'pg';
import { hashToken, makeToken } from './token.ts';

const LINK_HOURS = 24;
const SESSION_SECONDS = 7 * 24 * 3600;
const PURPOSE = 'first-admin';

export interface RedeemedLink {
  readonly sessionToken: string;
  readonly actor: string;
  readonly role: 'Admin';
  readonly maxAgeSeconds: number;
}

/** The links that make whoever started the server its first admin. Tokens are stored as hashes. */
export interface FirstAdminLinks {
  /** A token valid once, for 24 hours; the one before it stops working. `undefined` while its holder is signed in. */
  issue(): Promise<string | undefined>;
  /** Trades an unused token for a session; `undefined` for any other text. */
  redeem(token: string): Promise<RedeemedLink | undefined>;
}

export function createFirstAdminLinks(pool: Pool): FirstAdminLinks {
  return {
    async issue() {
      const signedIn = await pool.query(
        'select 1 from vault.sessions where actor = $1 and expires_at > now() limit 1',
        [PURPOSE],
      );
      if (signedIn.rowCount !== 0) return undefined;
      const token = makeToken();
      await pool.query(
        `with withdrawn as (delete from vault.one_time_links where purpose = $2 and used_at is null)
         insert into vault.one_time_links (token_hash, purpose, expires_at)
         values ($1, $2, now() + make_interval(hours => $3))`,
        [hashToken(token), PURPOSE, LINK_HOURS],
      );
      return token;
    },
    async redeem(token) {
      const sessionToken = makeToken();
      const session = await pool.query(
        `with used as (
           update vault.one_time_links set used_at = now()
           where token_hash = $1 and purpose = $2 and used_at is null and expires_at > now()
           returning purpose)
         insert into vault.sessions (token_hash, actor, role, expires_at)
         select $3, purpose, 'Admin', now() + make_interval(secs => $4) from used
         returning actor`,
        [hashToken(token), PURPOSE, hashToken(sessionToken), SESSION_SECONDS],
      );
      if (session.rowCount !== 1) return undefined;
      return { sessionToken, actor: PURPOSE, role: 'Admin', maxAgeSeconds: SESSION_SECONDS };
    },
  };
}
