import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@ampora/platform';
import { expect } from 'chai';
import pg from 'pg';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../embedded-postgres/start-embedded-postgres.ts';
import { createFirstAdminLinks } from './first-admin-links.ts';
import { migrateVault } from './migrate-vault.ts';
import { createSessions } from './sessions.ts';

describe("the first admin's link", () => {
  let directory: string;
  let server: EmbeddedPostgres;
  let pool: pg.Pool;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ampora-spec-'));
    server = await startEmbeddedPostgres({ dataDirectory: directory, logger: silentLogger });
    pool = new pg.Pool({ connectionString: server.connectionString });
    // A pool reports itself ended a moment before its connections are.
    pool.on('error', () => undefined);
  });
  after(async () => {
    await pool.end();
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await pool.query('drop schema if exists vault cascade');
    await Promise.all([migrateVault(pool), migrateVault(pool)]);
  });

  it('is traded for an admin session, once, however many try at the same time', async () => {
    const links = createFirstAdminLinks(pool);
    const token = await links.issue();
    const redeemed = await Promise.all(Array.from({ length: 8 }, () => links.redeem(token!)));
    const [session, ...others] = redeemed.filter((one) => one !== undefined);
    expect(others).to.deep.equal([]);
    expect(session!.role).to.equal('Admin');
    expect(session!.actor).to.match(/^person:[0-9a-f-]{36}$/);
    expect(await createSessions(pool).read(session!.sessionToken)).to.include({
      actor: session!.actor,
      role: 'Admin',
    });
    expect(await links.redeem(token!)).to.equal(undefined);
  });

  it('is not offered again while its holder is signed in', async () => {
    const links = createFirstAdminLinks(pool);
    await links.redeem((await links.issue())!);
    expect(await links.issue()).to.equal(undefined);
    await pool.query("update vault.sessions set expires_at = now() - interval '1 second'");
    expect(await links.issue()).to.be.a('string');
  });

  it('stops working after 24 hours, and when a newer one was made', async () => {
    const links = createFirstAdminLinks(pool);
    const first = await links.issue();
    const second = await links.issue();
    expect(await links.redeem(first!)).to.equal(undefined);
    const left = await pool.query(
      'select extract(epoch from expires_at - now())::int as seconds from vault.one_time_links',
    );
    expect(left.rows[0].seconds).to.be.closeTo(24 * 3600, 60);
    await pool.query("update vault.one_time_links set expires_at = now() - interval '1 second'");
    expect(await links.redeem(second!)).to.equal(undefined);
  });

  it('and sessions are stored as hashes only', async () => {
    const links = createFirstAdminLinks(pool);
    const token = (await links.issue())!;
    const session = (await links.redeem(token))!;
    const stored = await pool.query(
      "select (select string_agg(l::text, ',') from vault.one_time_links l) || (select string_agg(s::text, ',') from vault.sessions s) as all",
    );
    for (const secret of [token, session.sessionToken]) {
      expect(stored.rows[0].all).not.to.contain(secret);
      expect(stored.rows[0].all).not.to.contain(Buffer.from(secret).toString('hex'));
    }
  });

  it('is not opened by other texts', async () => {
    const links = createFirstAdminLinks(pool);
    await links.issue();
    for (const text of ['', 'x', '\u0000', "' or 1=1"]) expect(await links.redeem(text)).to.equal(undefined);
    expect(await createSessions(pool).read('')).to.equal(undefined);
  });
});
