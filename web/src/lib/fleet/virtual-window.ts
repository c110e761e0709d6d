/** The rows that must be in the document. */
export interface Window {
  /** First row, counted from 0. */
  readonly first: number;
  /** One past the last row. */
  readonly end: number;
  /** Where the first row stands, in CSS pixels from the top of the list. */
  readonly offset: number;
  /** Height of the whole list. */
  readonly height: number;
}

export interface ListShape {
  readonly rows: number;
  readonly rowHeight: number;
  readonly scrollTop: number;
  readonly viewHeight: number;
  /** Rows kept beyond each edge, so that scrolling shows no gap. */
  readonly spare: number;
}

/** Which rows a list shows. Never more than what fits in the view plus the spare ones at both edges. */
export function windowOf({ rows, rowHeight, scrollTop, viewHeight, spare }: ListShape): Window {
  const height = rows * rowHeight;
  const top = Math.min(Math.max(0, scrollTop), Math.max(0, height - viewHeight));
  const first = Math.max(0, Math.floor(top / rowHeight) - spare);
  const end = Math.min(rows, Math.ceil((top + viewHeight) / rowHeight) + spare);
  return { first, end: Math.max(first, end), offset: first * rowHeight, height };
}

/** The scroll position that brings a row into view with the least movement. `header` covers the top of the view. */
export function scrollTopFor(
  row: number,
  shape: Pick<ListShape, 'rowHeight' | 'scrollTop' | 'viewHeight'>,
  header = 0,
): number {
  const top = row * shape.rowHeight;
  const bottom = top + shape.rowHeight;
  const shown = shape.viewHeight - header;
  if (top < shape.scrollTop) return top;
  if (bottom > shape.scrollTop + shown) return bottom - shown;
  return shape.scrollTop;
}

/** The row that a key moves to, or null when the key does not move. */
export function rowAfterKey(key: string, row: number, rows: number, page: number): number | null {
  const moves: Record<string, number> = {
    ArrowDown: row + 1,
    ArrowUp: row - 1,
    PageDown: row + page,
    PageUp: row - page,
    Home: 0,
    End: rows - 1,
  };
  const next = moves[key];
  return next === undefined || rows === 0 ? null : Math.min(rows - 1, Math.max(0, next));
}
