import { randomBytes } from 'node:crypto';
import { throwAwayPostgres, type ThrowAwayDatabase } from '@ampora/testkit/postgres';
import { expect } from 'chai';
import pg from 'pg';
import { migrateVault } from './migrate-vault.ts';
import { createSigningKeyVault } from './signing-keys.ts';
import { createWrapping, MasterKeyMissing } from './wrapping.ts';

const masterKey = (): string => randomBytes(32).toString('base64');

describe('a signing key in the vault', () => {
  let database: ThrowAwayDatabase;
  let pool: pg.Pool;
  before(async () => {
    database = await (await throwAwayPostgres()).createDatabase();
    pool = new pg.Pool({ connectionString: database.connectionString });
    pool.on('error', () => undefined);
    await migrateVault(pool);
  });
  beforeEach(() => pool.query('truncate vault.audit_signing_keys'));
  after(async () => {
    await pool.end();
    await database.drop();
  });

  const secret = randomBytes(48);
  const vaultWith = (current = '', previous = '') =>
    createSigningKeyVault(pool, createWrapping(current, previous));
  const stored = async (): Promise<{ private_key: Buffer; wrapped_by: string | null }> =>
    (await pool.query('select private_key, wrapped_by from vault.audit_signing_keys')).rows[0];

  it('comes back as it was put in, until it is removed', async () => {
    const vault = vaultWith();
    await vault.put('default', 'k1', secret);
    expect(await vault.get('default', 'k1')).to.deep.equal(secret);
    expect(await vault.get('other', 'k1')).to.equal(undefined);
    await vault.remove('default', 'k1');
    expect(await vault.get('default', 'k1')).to.equal(undefined);
  });

  it('is not readable in the database under a master key', async () => {
    const key = masterKey();
    await vaultWith(key).put('default', 'k1', secret);
    expect((await stored()).private_key.includes(secret.subarray(0, 16))).to.equal(false);
    expect(await vaultWith(key).get('default', 'k1')).to.deep.equal(secret);
  });

  it('is wrapped when a master key comes, and again when it changes', async () => {
    const [first, second] = [masterKey(), masterKey()] as const;
    await vaultWith().put('default', 'k1', secret);
    expect(await vaultWith(first).get('default', 'k1')).to.deep.equal(secret);
    const wrapped = await stored();
    expect(wrapped.wrapped_by).to.be.a('string');
    expect(await vaultWith(second, first).get('default', 'k1')).to.deep.equal(secret);
    expect((await stored()).wrapped_by).to.not.equal(wrapped.wrapped_by);
    expect(await vaultWith(second).get('default', 'k1')).to.deep.equal(secret);
  });

  it('says which master key is missing, and nothing of the secret', async () => {
    await vaultWith(masterKey()).put('default', 'k1', secret);
    for (const vault of [vaultWith(), vaultWith(masterKey())]) {
      const refused = await vault.get('default', 'k1').catch((error: unknown) => error);
      expect(refused)
        .to.be.instanceOf(MasterKeyMissing)
        .with.property('message')
        .that.includes('PreviousMasterKey');
    }
  });

  it('does not open under the name of another', async () => {
    const vault = vaultWith(masterKey());
    await vault.put('default', 'k1', secret);
    await pool.query("update vault.audit_signing_keys set key_id = 'k2'");
    const refused = await vault.get('default', 'k2').catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(Error);
  });
});
