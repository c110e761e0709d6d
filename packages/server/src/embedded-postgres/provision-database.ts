import pg from 'pg';
import type { PostgresAccess } from './postgres-access.ts';

/** Makes the role and the database that Ampora uses, unless they are there. The superuser does nothing else. */
export async function provisionDatabase(access: PostgresAccess): Promise<void> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port: access.port,
    user: 'postgres',
    password: access.superuserPassword,
    database: 'postgres',
  });
  await client.connect();
  try {
    const role = await client.query("select 1 from pg_roles where rolname = 'ampora'");
    const verb = role.rowCount === 0 ? 'create' : 'alter';
    await client.query(`${verb} role ampora login password ${pg.escapeLiteral(access.password)}`);
    const database = await client.query("select 1 from pg_database where datname = 'ampora'");
    if (database.rowCount === 0) await client.query('create database ampora owner ampora');
  } finally {
    await client.end();
  }
}
