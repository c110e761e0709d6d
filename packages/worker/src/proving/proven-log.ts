import { typedEvents } from '@ampora/application';
import type { EventLog } from '@ampora/application/ports';
import { streamOf } from '@ampora/catalogue';
import type { Position } from '@ampora/kernel';
import { createTree, type Hashing, type Tree } from '@ampora/proof';
import type { SealedRootEvent } from '../audit-sealer/seal-root.ts';
import type { TileStore } from '../audit-sealer/tile-store.ts';

/** As SigningKeys has them. */
export interface ProvingKeys {
  rotations(tenant: string): Promise<readonly string[]>;
  sign(tenant: string, text: string): Promise<{ readonly note: string }>;
}

export interface ProvenLogOptions {
  readonly log: EventLog;
  readonly store: TileStore;
  readonly keys: ProvingKeys;
  readonly hashing: Hashing;
}

interface Root {
  readonly treeSize: number;
  readonly rootHash: string;
  readonly checkpoint: string;
}

const ROOTS_PER_PAGE = 500;

/** One tenant's tree with what signs it, for whoever writes proofs into a file. */
export class ProvenLog {
  readonly tree: Tree;
  readonly #tenant: string;
  readonly #options: ProvenLogOptions;

  constructor(tenant: string, options: ProvenLogOptions) {
    this.#tenant = tenant;
    this.#options = options;
    this.tree = createTree(options.store.tilesOf(tenant), options.hashing);
  }

  positionsOf(from: number, to: number): Promise<readonly Position[]> {
    return this.#options.store.positions(this.#tenant, from, to);
  }

  leavesUpTo(position: Position): Promise<number> {
    return this.#options.store.leavesUpTo(this.#tenant, position);
  }

  /** Roots larger than `after` and smaller than `before`, ascending. */
  async *rootsBetween(after: number, before: number): AsyncGenerator<Root, void, undefined> {
    let fromRevision = await this.#firstLargerThan(after);
    for (;;) {
      const page = await this.#roots(fromRevision, ROOTS_PER_PAGE);
      for (const { data } of page) {
        if (data.treeSize >= before) return;
        yield data;
      }
      if (page.length < ROOTS_PER_PAGE) return;
      fromRevision += ROOTS_PER_PAGE;
    }
  }

  /** The root that was sealed at exactly this size. */
  async rootAt(treeSize: number): Promise<Root | undefined> {
    const [root] = await this.#roots(await this.#firstLargerThan(treeSize - 1), 1);
    return root?.data.treeSize === treeSize ? root.data : undefined;
  }

  rotations(): Promise<readonly string[]> {
    return this.#options.keys.rotations(this.#tenant);
  }

  async sign(text: string): Promise<string> {
    return (await this.#options.keys.sign(this.#tenant, text)).note;
  }

  /** Sizes grow along the stream: found by halving. */
  async #firstLargerThan(treeSize: number): Promise<number> {
    const stream = streamOf.auditSeal(this.#tenant);
    const [last] = await this.#options.log.readStream(stream, { direction: 'backwards', maxCount: 1 });
    let low = 0;
    let high = last === undefined ? 0 : last.revision + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const [root] = await this.#roots(middle, 1);
      if (root !== undefined && root.data.treeSize <= treeSize) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  async #roots(fromRevision: number, maxCount: number): Promise<SealedRootEvent[]> {
    const stream = streamOf.auditSeal(this.#tenant);
    const stored = await this.#options.log.readStream(stream, { fromRevision, maxCount });
    return typedEvents(stored) as unknown as SealedRootEvent[];
  }
}
