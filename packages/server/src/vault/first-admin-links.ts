import type { Pool } from 'pg';
import { inTransaction } from './in-transaction.ts';
import { actorOf, addPerson } from './people.ts';
import { hashToken, makeToken } from './token.ts';

const LINK_HOURS = 24;
const SESSION_SECONDS = 7 * 24 * 3600;
const PURPOSE = 'first-admin';
/** Until a better one is given. */
const FIRST_NAME = 'First admin';

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
        `select 1 from vault.sessions s join vault.people p on p.person_id = s.person_id
         where p.origin = $1 and s.expires_at > now() limit 1`,
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
    redeem: (token) =>
      inTransaction(pool, async (client) => {
        const used = await client.query(
          `update vault.one_time_links set used_at = now()
           where token_hash = $1 and purpose = $2 and used_at is null and expires_at > now()`,
          [hashToken(token), PURPOSE],
        );
        if (used.rowCount !== 1) return undefined;
        const known = await client.query<{ person_id: string }>(
          'select person_id from vault.people where origin = $1 and key is not null order by created_at limit 1',
          [PURPOSE],
        );
        const personId = known.rows[0]?.person_id ?? (await addPerson(client, PURPOSE, FIRST_NAME));
        const sessionToken = makeToken();
        await client.query(
          `insert into vault.sessions (token_hash, person_id, role, expires_at)
           values ($1, $2, 'Admin', now() + make_interval(secs => $3))`,
          [hashToken(sessionToken), personId, SESSION_SECONDS],
        );
        return { sessionToken, actor: actorOf(personId), role: 'Admin', maxAgeSeconds: SESSION_SECONDS };
      }),
  };
}
