import { randomUUID } from 'node:crypto';
import type { EventLog } from '@ampora/application/ports';
import type { EventMetadata } from '@ampora/kernel';
import type { Logger } from '@ampora/platform';
import type { Hashing } from '@ampora/proof';
import { pause, seekLeadership } from '../leadership/leadership.ts';
import type { SigningKeys } from '../signing-keys/signing-keys.ts';
import { TreeGrower } from './grow-trees.ts';
import { lastSealedRoot, SealedHistoryAltered, type SealedRootEvent, sealRoot } from './seal-root.ts';
import type { TileStore, TreeState } from './tile-store.ts';

export interface AuditSealerOptions {
  readonly log: EventLog;
  readonly store: TileStore;
  readonly keys: SigningKeys;
  readonly hashing: Hashing;
  /** Of the database that the lease is held in. */
  readonly connectionString: string;
  /** Most time between an event and the root that seals it. */
  readonly intervalMs: number;
  /** Most events that one root adds. Default 100,000. */
  readonly maxEvents?: number;
  /** How often the log is looked at. Default 1,000. */
  readonly pollMs?: number;
  /** How often one that does not lead tries to. */
  readonly tryEveryMs?: number;
  readonly logger: Logger;
  readonly observer?: SealerObserver;
  /** Told of each root that this process has sealed. */
  readonly onSealed?: (root: SealedRootEvent) => void;
}

/** For metrics. */
export interface SealerObserver {
  grown(events: number): void;
  sealed(root: SealedRootEvent): void;
  failed(reason: 'history-altered' | 'other'): void;
}

/** Seals at the latest after a time or a number of events; safe to run twice, and to be killed at any moment. */
export class AuditSealer {
  readonly #options: AuditSealerOptions;
  readonly #grower: TreeGrower;
  readonly #closing = new AbortController();
  #leadership: { close(): Promise<void> } | undefined;
  readonly #waiting = new Map<string, { readonly sealedSize: number; readonly since: number }>();
  /** One growth at a time in this process. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: AuditSealerOptions) {
    this.#options = options;
    this.#grower = new TreeGrower(options);
  }

  start(): void {
    const { connectionString, logger, tryEveryMs = 2_000 } = this.#options;
    this.#leadership = seekLeadership({
      connectionString,
      logger,
      tryEveryMs,
      name: 'audit-sealer',
      lead: (signal) => this.#lead(AbortSignal.any([signal, this.#closing.signal])),
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#leadership?.close();
    await this.#turn.catch(() => undefined);
  }

  /** Seals up to the head of the log as it is now; whoever holds the lead does not matter. */
  sealNow(
    metadata: EventMetadata,
  ): Promise<{ readonly sealed: boolean; readonly root: SealedRootEvent | undefined }> {
    return this.#inTurn(async () => {
      await this.#catchUp(this.#closing.signal);
      return this.#seal(metadata);
    });
  }

  /** Grows the trees up to the head of the log as it is now, and seals what is due on the way. */
  catchUp(signal: AbortSignal = this.#closing.signal): Promise<void> {
    return this.#inTurn(() => this.#catchUp(signal));
  }

  async #lead(signal: AbortSignal): Promise<void> {
    const { logger, pollMs = 1_000, observer } = this.#options;
    let pauseMs = pollMs;
    while (!signal.aborted) {
      try {
        await this.#inTurn(async () => {
          await this.#catchUp(signal);
          await this.#sealDue();
        });
        pauseMs = pollMs;
      } catch (error) {
        if (signal.aborted) return;
        const isAltered = error instanceof SealedHistoryAltered;
        observer?.failed(isAltered ? 'history-altered' : 'other');
        if (isAltered)
          logger.critical('The history that was sealed has been altered', { error: error.message });
        else logger.warn('Sealing failed and is tried again', { error });
        pauseMs = Math.min(isAltered ? 60_000 : 2 * pauseMs, 60_000);
      }
      await pause(pauseMs, signal);
    }
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.catch(() => undefined).then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #catchUp(signal: AbortSignal): Promise<void> {
    const { maxEvents = 100_000, observer } = this.#options;
    const refusals: unknown[] = [];
    // The trees grow on, whatever is wrong with keys or with what was sealed before.
    const grown = await this.#grower.catchUp(signal, async () => {
      await this.#sealDue(maxEvents).catch((error: unknown) => refusals.push(error));
    });
    if (grown > 0) observer?.grown(grown);
    if (refusals.length > 0) throw refusals[0];
  }

  /** Seals the trees whose time has come; with `leastEvents`, only those that have grown by as many. */
  async #sealDue(leastEvents?: number): Promise<void> {
    const refusals: unknown[] = [];
    for (const tree of await this.#options.store.trees()) {
      if (tree.lastOtherPosition === 0n || !(await this.#isDue(tree, leastEvents))) continue;
      const sealing = this.#seal({
        tenant: tree.tenant,
        actor: 'system',
        actorRole: 'System',
        correlationId: randomUUID(),
      });
      // One tenant's trouble is not another's.
      await sealing.catch((error: unknown) => refusals.push(error));
    }
    if (refusals.length > 0) throw refusals[0];
  }

  async #isDue({ tenant, size, lastOtherPosition }: TreeState, leastEvents?: number): Promise<boolean> {
    const { log, intervalMs, maxEvents = 100_000 } = this.#options;
    const last = await lastSealedRoot(log, tenant);
    const sealedSize = last?.data.treeSize ?? 0;
    if (size - sealedSize >= (leastEvents ?? maxEvents)) return true;
    if (leastEvents !== undefined || lastOtherPosition <= BigInt(last?.data.position ?? 0)) return false;
    if (last === undefined || Date.now() - last.recordedAtMs >= intervalMs) return true;
    // A clock that jumped back must not keep the root waiting.
    const waiting = this.#waiting.get(tenant);
    if (waiting?.sealedSize === sealedSize) return performance.now() - waiting.since >= intervalMs;
    this.#waiting.set(tenant, { sealedSize, since: performance.now() });
    return false;
  }

  async #seal(metadata: EventMetadata): ReturnType<AuditSealer['sealNow']> {
    const answer = await sealRoot(this.#options, metadata);
    if (answer.sealed && answer.root !== undefined) {
      const { tenant, treeSize, rootHash } = answer.root.data;
      this.#options.logger.info('Sealed', { tenant, tree_size: treeSize, root: rootHash });
      this.#options.observer?.sealed(answer.root);
      this.#options.onSealed?.(answer.root);
    }
    return answer;
  }
}
