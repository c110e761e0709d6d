import type { EventLog } from '@ampora/application/ports';
import type { Settings } from '@ampora/platform';
import { AuditProofs, AuditSealer, migrateProof, nodeHashing, SigningKeys, TileStore } from '@ampora/worker';
import type { Database } from './database.ts';
import { measureSealer } from './measure-sealer.ts';
import type { Telemetry } from './telemetry.ts';
import { createSigningKeyVault } from './vault/signing-keys.ts';
import { createWrapping } from './vault/wrapping.ts';

/** The sealed history: what seals it, what is stored of it, and what can be asked of it. */
export interface AuditSeals {
  readonly proofs: AuditProofs;
  readonly keys: SigningKeys;
  readonly store: TileStore;
  close(): Promise<void>;
}

/** Starts to seal the log, whenever this process is the one that leads; a copy of a log is not sealed. */
export async function startAuditSealer(
  { Audit, KeyProtection }: Settings,
  {
    database,
    log,
    isCopy,
  }: { readonly database: Database; readonly log: EventLog; readonly isCopy: boolean },
  { logger, metrics }: Pick<Telemetry, 'logger' | 'metrics'>,
): Promise<AuditSeals> {
  const { pool, connectionString } = database;
  await migrateProof(pool);
  const hashing = nodeHashing;
  const store = new TileStore(pool);
  const wrapping = createWrapping(KeyProtection.MasterKey, KeyProtection.PreviousMasterKey);
  const keys = new SigningKeys({ log, vault: createSigningKeyVault(pool, wrapping), hashing });
  const sealer = new AuditSealer({
    log,
    store,
    keys,
    hashing,
    connectionString,
    intervalMs: Audit.SealIntervalSeconds * 1_000,
    logger: logger.child('Ampora.Audit.Sealer'),
    observer: measureSealer(metrics.audit),
  });
  if (!isCopy) sealer.start();
  const proofs = new AuditProofs({ log, store, keys, sealer, hashing });
  return { proofs, keys, store, close: () => sealer.close() };
}
