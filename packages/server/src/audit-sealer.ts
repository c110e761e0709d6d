import { join, resolve } from 'node:path';
import type { EventLog } from '@ampora/application/ports';
import type { Settings } from '@ampora/platform';
import {
  AuditProofs,
  AuditSealer,
  createDirectoryTarget,
  createGitTarget,
  migrateProof,
  nodeHashing,
  type PublishingTarget,
  RootPublisher,
  SigningKeys,
  TileStore,
} from '@ampora/worker';
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

export interface AuditSealerParts {
  readonly database: Database;
  readonly log: EventLog;
  readonly isCopy: boolean;
  /** For the clone of the repository that roots are published to. */
  readonly dataDirectory: string;
}

/** Starts to seal the log, whenever this process is the one that leads; a copy of a log is not sealed. */
export async function startAuditSealer(
  { Audit, KeyProtection }: Settings,
  { database, log, isCopy, dataDirectory }: AuditSealerParts,
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
    onSealed: () => publisher.nudge(),
  });
  const publisher = new RootPublisher({
    log,
    tenants: async () => (await store.trees()).map(({ tenant }) => tenant),
    targets: isCopy ? [] : targetsOf(Audit, dataDirectory),
    logger: logger.child('Ampora.Audit.Publisher'),
  });
  if (!isCopy) sealer.start();
  const proofs = new AuditProofs({ log, store, keys, sealer, hashing });
  return {
    proofs,
    keys,
    store,
    async close() {
      await sealer.close();
      await publisher.close();
    },
  };
}

function targetsOf(
  { PublishDirectory, PublishGitRepository }: Settings['Audit'],
  dataDirectory: string,
): PublishingTarget[] {
  const targets: PublishingTarget[] = [];
  if (PublishDirectory !== '') targets.push(createDirectoryTarget(resolve(PublishDirectory)));
  if (PublishGitRepository !== '')
    targets.push(
      createGitTarget({
        repository: PublishGitRepository,
        workDirectory: join(dataDirectory, 'published-roots'),
        environment: process.env,
      }),
    );
  return targets;
}
