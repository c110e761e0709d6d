import { setImmediate as turn } from 'node:timers/promises';
import type { EventLog, EventText } from '@ampora/application/ports';
import type { Position } from '@ampora/kernel';
import { eventLine, fromBase64, type Hashing, hashLeaf, scavengedMark, TileBuilder } from '@ampora/proof';
import type { TileStore, TreeState } from './tile-store.ts';

export interface GrowTreesOptions {
  readonly log: EventLog;
  readonly store: TileStore;
  readonly hashing: Hashing;
  /** Events hashed without letting others have their turn. Default 500. */
  readonly turnEvents?: number;
  /** Events whose tiles are stored at once. Default 20,000. */
  readonly commitEvents?: number;
}

interface GrowingTree {
  readonly builder: TileBuilder;
  position: Position;
  lastOtherPosition: Position;
  isChanged: boolean;
}

/** Grows every tenant's tree from the log. Any number of processes may: whoever is late is refused, forgets, and reads again. */
export class TreeGrower {
  readonly #options: GrowTreesOptions;
  #trees = new Map<string, GrowingTree>();
  #position: Position | undefined;
  #states = new Map<string, TreeState>();

  constructor(options: GrowTreesOptions) {
    this.#options = options;
  }

  /** Grows up to the head of the log as it is now; `onStored` runs after each stored part and may seal it. Answers the events gone through. */
  async catchUp(signal: AbortSignal, onStored?: () => Promise<void>): Promise<number> {
    const { log, turnEvents = 500, commitEvents = 20_000 } = this.#options;
    let from = await this.#start();
    let to = from;
    let pending = 0;
    let grown = 0;
    try {
      for await (const { events, position } of log.readAllText({ from, signal })) {
        for (const [index, event] of events.entries()) {
          const tree = this.#trees.get(event.metadata.tenant) ?? (await this.#load(event.metadata.tenant));
          this.#append(event, tree);
          if ((index + 1) % turnEvents === 0) await turn();
        }
        to = position;
        pending += events.length;
        if (pending < commitEvents) continue;
        if (!(await this.#store(from, to))) return grown;
        grown += pending;
        pending = 0;
        from = to;
        await onStored?.();
      }
      if (pending > 0 && (await this.#store(from, to))) {
        grown += pending;
        await onStored?.();
      }
    } catch (error) {
      this.#forget();
      throw error;
    }
    return grown;
  }

  async #start(): Promise<Position> {
    const position = await this.#options.store.position();
    if (position === this.#position) return position;
    this.#forget();
    for (const tree of await this.#options.store.trees()) this.#states.set(tree.tenant, tree);
    // Another process may have grown them between the two readings: then storing is refused, and all is read again.
    this.#position = position;
    return position;
  }

  #forget(): void {
    this.#trees = new Map();
    this.#states = new Map();
    this.#position = undefined;
  }

  #append(event: EventText, tree: GrowingTree): void {
    tree.builder.append(this.#leafOf(event, tree.builder.size), event.position);
    tree.position = event.position;
    tree.isChanged = true;
    if (event.type !== 'AuditRootSealed') tree.lastOtherPosition = event.position;
  }

  #leafOf(event: EventText, sequence: number): Uint8Array {
    const mark = scavengedMark(event);
    if (mark === undefined)
      return hashLeaf(this.#options.hashing, eventLine(event, sequence, event.dataText));
    const kept = fromBase64(mark.leafHash);
    if (kept === undefined)
      throw new Error(`the scavenged event at position ${event.position} has no usable leaf hash`);
    return kept;
  }

  async #load(tenant: string): Promise<GrowingTree> {
    const { hashing, store } = this.#options;
    const state = this.#states.get(tenant);
    const builder = new TileBuilder(hashing, state && (await store.openTiles(state)));
    const tree = {
      builder,
      position: state?.position ?? 0n,
      lastOtherPosition: state?.lastOtherPosition ?? 0n,
      isChanged: false,
    };
    this.#trees.set(tenant, tree);
    return tree;
  }

  async #store(from: Position, to: Position): Promise<boolean> {
    const changed = [...this.#trees].filter(([, tree]) => tree.isChanged);
    const changes = changed.map(([tenant, { builder, position, lastOtherPosition }]) => ({
      tenant,
      size: builder.size,
      position,
      lastOtherPosition,
      tiles: builder.takeChanged(),
    }));
    const isStored = await this.#options.store.grow(from, to, changes);
    if (!isStored) {
      this.#forget();
      return false;
    }
    for (const [, tree] of changed) tree.isChanged = false;
    this.#position = to;
    return true;
  }
}
