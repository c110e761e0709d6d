/** What a comparison of two builds of a projection found; `old` is what serves, `new` what was built. */
export interface Comparison {
  readonly state: 'running' | 'done' | 'failed';
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly message: string | null;
  /** Both were compared as they were at this position. */
  readonly position: string | null;
  readonly with: { readonly version: number; readonly slot: 'live' | 'rebuild' } | null;
  readonly identical: boolean | null;
  readonly tables: readonly TableComparison[];
  readonly onlyOldTables: readonly string[];
  readonly onlyNewTables: readonly string[];
}

export interface TableComparison {
  /** Without its version. */
  readonly name: string;
  readonly rows: { readonly old: number; readonly new: number };
  /** Over the columns that both have. */
  readonly checksum: { readonly old: string; readonly new: string };
  readonly identical: boolean;
  /** Rows that differ, counted up to a bound. */
  readonly differing: number;
  readonly isCapped: boolean;
  readonly onlyOldColumns: readonly string[];
  readonly onlyNewColumns: readonly string[];
  readonly sample: readonly RowDifference[];
}

export interface RowDifference {
  readonly key: Readonly<Record<string, unknown>>;
  readonly onlyIn: 'old' | 'new' | null;
  readonly columns: readonly { readonly name: string; readonly old: unknown; readonly new: unknown }[];
}

export function beginComparison(startedAtMs: number): Comparison {
  return {
    state: 'running',
    startedAt: new Date(startedAtMs).toISOString(),
    finishedAt: null,
    message: null,
    position: null,
    with: null,
    identical: null,
    tables: [],
    onlyOldTables: [],
    onlyNewTables: [],
  };
}
