import { createPostgresEventLog, migratePostgresEventLog } from '@ampora/event-store';
import { stampEvents } from '@ampora/application';
import type { EventLog } from '@ampora/application/ports';
import type { NewEvent, RecordedEvent } from '@ampora/kernel';
import { silentLogger } from '@ampora/platform';
import { CompactRange, eventLine, hashLeaf, toBase64 } from '@ampora/proof';
import { throwAwayPostgres } from '@ampora/testkit/postgres';
import pg from 'pg';
import {
  AuditProofs,
  AuditSealer,
  type AuditSealerOptions,
  migrateProof,
  nodeHashing,
  type SigningKeyVault,
  SigningKeys,
  TileStore,
} from './index.ts';

/** A log, its tiles and keys in a database of their own. */
export interface Sealing {
  readonly connectionString: string;
  readonly pool: pg.Pool;
  readonly log: EventLog;
  readonly store: TileStore;
  readonly keys: SigningKeys;
  readonly proofs: AuditProofs;
  readonly sealer: AuditSealer;
  sealerWith(options?: Partial<AuditSealerOptions>): AuditSealer;
  stop(): Promise<void>;
}

/** Like the vault of a server, in a table beside the log. */
export function tableVault(pool: pg.Pool): SigningKeyVault {
  return {
    put: async (tenant, keyId, key) =>
      void (await pool.query('insert into public.keys values ($1, $2, $3)', [
        tenant,
        keyId,
        Buffer.from(key),
      ])),
    async get(tenant, keyId) {
      const { rows } = await pool.query<{ key: Buffer }>(
        'select key from public.keys where tenant = $1 and key_id = $2',
        [tenant, keyId],
      );
      return rows[0]?.key;
    },
    remove: async (tenant, keyId) =>
      void (await pool.query('delete from public.keys where tenant = $1 and key_id = $2', [tenant, keyId])),
  };
}

export function openSealing(connectionString: string): Sealing {
  const pool = new pg.Pool({ connectionString, max: 6 });
  pool.on('error', () => undefined);
  const log = createPostgresEventLog({ connectionString });
  const store = new TileStore(pool);
  const keys = new SigningKeys({ log, vault: tableVault(pool), hashing: nodeHashing });
  const parts = { log, store, keys, hashing: nodeHashing };
  const sealers: AuditSealer[] = [];
  const sealerWith = (options: Partial<AuditSealerOptions> = {}): AuditSealer => {
    const sealer = new AuditSealer({
      ...parts,
      connectionString,
      intervalMs: 3_600_000,
      logger: silentLogger,
      ...options,
    });
    sealers.push(sealer);
    return sealer;
  };
  const sealer = sealerWith();
  return {
    connectionString,
    pool,
    log,
    store,
    keys,
    sealer,
    proofs: new AuditProofs({ ...parts, sealer }),
    sealerWith,
    async stop() {
      await Promise.all(sealers.map((each) => each.close()));
      await log.close();
      await pool.end();
    },
  };
}

export async function newSealing(): Promise<Sealing> {
  const database = await (await throwAwayPostgres()).createDatabase();
  const { connectionString } = database;
  await migratePostgresEventLog({ connectionString });
  const sealing = openSealing(connectionString);
  await migrateProof(sealing.pool);
  await sealing.pool.query('create table public.keys (tenant text, key_id text, key bytea)');
  return {
    ...sealing,
    async stop() {
      await sealing.stop();
      await database.drop();
    },
  };
}

let made = 0;

export function someEvents(count: number, tenant = 'default'): NewEvent[] {
  const metadata = { tenant, actor: 'system', actorRole: 'System' as const, correlationId: 'c' };
  return stampEvents(
    Array.from({ length: count }, () => ({
      type: 'TenantCreated' as const,
      data: { tenant, displayName: `Number ${made++} é` },
    })),
    metadata,
  );
}

export async function append(log: EventLog, count: number, tenant = 'default'): Promise<void> {
  const streamId = `tenant-${tenant}-${made % 5}`;
  await log.append([{ streamId, expectedRevision: 'any', events: someEvents(count, tenant) }]);
}

export async function wholeLog(log: EventLog): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const page of log.readAll()) events.push(...page);
  return events;
}

/** A tenant's root at every size, straight from the log. */
export async function rootsFromLog(log: EventLog, tenant = 'default'): Promise<string[]> {
  const range = new CompactRange(nodeHashing);
  const roots = [toBase64(range.root())];
  for (const event of await wholeLog(log)) {
    if (event.metadata.tenant !== tenant) continue;
    range.append(hashLeaf(nodeHashing, eventLine(event, range.size)));
    roots.push(toBase64(range.root()));
  }
  return roots;
}
