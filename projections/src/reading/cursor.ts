/** A `next` that was not made here, or for another order. */
export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Opaque; null on the last page. */
  readonly next: string | null;
}

export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export function toCursor(order: string, values: readonly string[]): string {
  return Buffer.from(JSON.stringify([order, ...values])).toString('base64url');
}

export function fromCursor(cursor: string, order: string, count: number): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parsed) && parsed[0] === order && parsed.length === count + 1) {
      const values: unknown[] = parsed.slice(1);
      if (values.every((value) => typeof value === 'string')) return values as string[];
    }
  } catch {
    // Answered below.
  }
  throw new InvalidCursor('The cursor does not belong to this list and order. Start again without it.');
}

/** Cuts a page out of one row more than was asked for, and makes its cursor. */
export function toPage<Source, Item>(
  rows: readonly Source[],
  limit: number,
  cursorOf: (row: Source) => string,
  toItem: (row: Source) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(toItem),
    next: rows.length > limit && last !== undefined ? cursorOf(last) : null,
  };
}
