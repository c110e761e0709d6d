import type { LogLevel } from './log-level.ts';

/** One line as it is written, before it becomes text. */
export interface LogRecord {
  readonly timestamp: string;
  readonly level: LogLevel;
  readonly category: string;
  readonly message: string;
  readonly trace_id?: string;
  readonly span_id?: string;
  readonly tenant_id?: string;
  readonly correlation_id?: string;
  readonly [property: string]: unknown;
}
