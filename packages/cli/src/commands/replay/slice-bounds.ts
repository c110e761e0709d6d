import type { Client } from '@ampora/api-contract';
import { parsePosition, type Position } from '@ampora/kernel';
import type { EventSource } from '@ampora/replay';
import { InvalidArgumentError } from 'commander';

/** A position, or a time in Unix milliseconds. */
export type Bound = { readonly position: Position } | { readonly atMs: number };

export function toBound(text: string): Bound {
  const position = parsePosition(text);
  if (position !== undefined) return { position };
  const atMs = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(atMs))
    throw new InvalidArgumentError('It is a log position or a time such as 2026-01-31T12:00:00Z.');
  return { atMs };
}

export interface Bounds {
  readonly from: Bound | undefined;
  readonly to: Bound | undefined;
}

export interface Positions {
  readonly from: Position;
  readonly to: Position;
}

/** The positions that a running server's log had at these bounds; without them, all of it. */
export async function boundsOfServer(call: Client, { from, to }: Bounds): Promise<Positions> {
  const at = async (bound: Bound): Promise<Position> => {
    if ('position' in bound) return bound.position;
    const { position } = await call('getMoment', { query: { at: new Date(bound.atMs).toISOString() } });
    return BigInt(position);
  };
  const head = await headOf(call);
  const last = to === undefined ? head : await at(to);
  return {
    // The state at a time is the one after what had happened by then: the slice begins with what came next.
    from: from === undefined ? 1n : 'position' in from ? from.position : (await at(from)) + 1n,
    to: last > head ? head : last,
  };
}

async function headOf(call: Client): Promise<Position> {
  const { items } = await call('listEvents', { query: { direction: 'backwards', limit: 1 } });
  return BigInt(items[0]?.position ?? 0);
}

/** The same in a file. */
export async function boundsOfFile(source: EventSource, { from, to }: Bounds): Promise<Positions> {
  let [first, last] = [0n, 0n];
  for await (const { position, recordedAtMs } of source.events({})) {
    if (first === 0n && isReached(from, position, recordedAtMs)) first = position;
    if (to === undefined || !isPassed(to, position, recordedAtMs)) last = position;
  }
  return { from: first === 0n ? last + 1n : first, to: last };
}

function isReached(bound: Bound | undefined, position: Position, atMs: number): boolean {
  if (bound === undefined) return true;
  return 'position' in bound ? position >= bound.position : atMs > bound.atMs;
}

function isPassed(bound: Bound, position: Position, atMs: number): boolean {
  return 'position' in bound ? position > bound.position : atMs > bound.atMs;
}
