import type { Position } from './text-positions.ts';

/** `error`: a Collector refuses or dies. `warning`: it runs, probably not as meant. `info`: worth knowing. */
export type FindingSeverity = 'error' | 'warning' | 'info';

/** One remark on a configuration text. `code` is stable (`reference/undefined-exporter`), `message` is for people. */
export interface Finding extends Position {
  readonly severity: FindingSeverity;
  readonly code: string;
  /** Path text, empty for the configuration as a whole. */
  readonly path: string;
  readonly message: string;
}
