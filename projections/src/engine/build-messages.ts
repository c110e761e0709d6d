import type { ProjectionKey } from './bookkeeping.ts';

/** What a build worker is started with. */
export interface BuildOrder {
  readonly keys: readonly ProjectionKey[];
  /** Of the machine, at most. */
  readonly share: number;
}

/** To the worker: this projection is to rest, or all of them. What was folded is committed. */
export interface LeaveMessage {
  readonly leave: readonly ProjectionKey[];
}

/** From the worker. */
export type BuildReport =
  | {
      readonly kind: 'log';
      readonly level: 'info' | 'warn' | 'error';
      readonly message: string;
      readonly properties?: Readonly<Record<string, unknown>>;
    }
  | {
      readonly kind: 'applied';
      readonly batch: {
        readonly name: string;
        readonly version: number;
        readonly events: number;
        readonly seconds: number;
      };
    }
  | {
      readonly kind: 'stopped';
      readonly stop: {
        readonly name: string;
        readonly version: number;
        readonly category: 'poison' | 'shape';
      };
    }
  | { readonly kind: 'committed' }
  /** This one is not touched any more by the worker. */
  | { readonly kind: 'left'; readonly key: ProjectionKey }
  /** The worker is at its end; these stand at the end of the log, with their indexes. */
  | { readonly kind: 'done'; readonly keys: readonly ProjectionKey[] }
  | { readonly kind: 'failed'; readonly message: string };

export function isSameKey(left: ProjectionKey, right: ProjectionKey): boolean {
  return left.name === right.name && left.version === right.version && left.slot === right.slot;
}
