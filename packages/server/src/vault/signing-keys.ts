import type { SigningKeyVault } from '@ampora/worker';
import type { Pool } from 'pg';
import type { Wrapping } from './wrapping.ts';

interface Row {
  readonly private_key: Buffer;
  readonly wrapped_by: string | null;
}

/** The private keys that sign roots, in the vault. */
export function createSigningKeyVault(pool: Pool, wrapping: Wrapping): SigningKeyVault {
  const aboutOf = (tenant: string, keyId: string): string => `audit signing key ${tenant} ${keyId}`;

  async function put(tenant: string, keyId: string, privateKey: Uint8Array): Promise<void> {
    const { bytes, wrappedBy } = wrapping.wrap(privateKey, aboutOf(tenant, keyId));
    await pool.query(
      `insert into vault.audit_signing_keys (tenant, key_id, private_key, wrapped_by) values ($1, $2, $3, $4)
       on conflict (tenant, key_id) do update
         set private_key = excluded.private_key, wrapped_by = excluded.wrapped_by`,
      [tenant, keyId, bytes, wrappedBy],
    );
  }

  return {
    put,
    async get(tenant, keyId) {
      const { rows } = await pool.query<Row>(
        'select private_key, wrapped_by from vault.audit_signing_keys where tenant = $1 and key_id = $2',
        [tenant, keyId],
      );
      const [row] = rows;
      if (row === undefined) return undefined;
      const wrapped = { bytes: row.private_key, wrappedBy: row.wrapped_by };
      const privateKey = wrapping.unwrap(wrapped, aboutOf(tenant, keyId));
      if (wrapping.isOutdated(wrapped)) await put(tenant, keyId, privateKey);
      return privateKey;
    },
    async remove(tenant, keyId) {
      await pool.query('delete from vault.audit_signing_keys where tenant = $1 and key_id = $2', [
        tenant,
        keyId,
      ]);
    },
  };
}
