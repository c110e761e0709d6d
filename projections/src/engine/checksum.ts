import type { Pool } from 'pg';
import { physicalTablesOf } from './physical-table.ts';
import { type Projection, readSchema } from './projection.ts';

export interface TableChecksum {
  readonly table: string;
  readonly rows: number;
  readonly checksum: string;
}

/** MD5 over each table's rows in key order: equal checksums mean equal rows. Reads whole tables. */
export async function checksumOf(pool: Pool, projection: Projection): Promise<readonly TableChecksum[]> {
  const tables = physicalTablesOf(projection, readSchema).flatMap(({ main, history }) =>
    history ? [main, history] : [main],
  );
  const checksums: TableChecksum[] = [];
  for (const { name, qualified, primaryKey } of tables) {
    const order = primaryKey.map((column) => `t."${column}"`).join(', ');
    const result = await pool.query<{ rows: string; checksum: string }>(
      `select count(*) as rows, md5(coalesce(string_agg(md5(t::text), '' order by ${order}), '')) as checksum
       from ${qualified} t`,
    );
    const [row] = result.rows;
    checksums.push({ table: name, rows: Number(row?.rows), checksum: String(row?.checksum) });
  }
  return checksums;
}
