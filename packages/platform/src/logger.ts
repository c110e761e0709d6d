import { isSpanContextValid, trace } from '@opentelemetry/api';
import winston from 'winston';
import { type LogLevel, logLevels, severityOf } from './log-level.ts';
import type { LogRecord } from './log-record.ts';
import { currentLogScope } from './log-scope.ts';
import { prettyLine } from './pretty-line.ts';
import { redactProperties, redactText } from './redact.ts';

export type LogProperties = Readonly<Record<string, unknown>>;

/**
 * Structured logging, as every package takes it. A message is a constant sentence; what varies goes into properties.
 * On hot paths ask `isEnabled` before building properties: a disabled call then costs nothing.
 */
export interface Logger {
  readonly category: string;
  /** A logger of another category, which is dotted: `Ampora.Edge.Connection`. */
  child(category: string): Logger;
  isEnabled(level: LogLevel): boolean;
  debug(message: string, properties?: LogProperties): void;
  info(message: string, properties?: LogProperties): void;
  warn(message: string, properties?: LogProperties): void;
  error(message: string, properties?: LogProperties): void;
  /** The process, or what it keeps safe, is in danger. */
  critical(message: string, properties?: LogProperties): void;
}

export interface LoggerOptions {
  /** Least level by category prefix; `Default` applies to the rest. The longest matching prefix wins. */
  readonly levels?: Readonly<Record<string, LogLevel>>;
  /** `json`: one object a line. `pretty`: for people at a terminal. */
  readonly format?: 'json' | 'pretty';
  readonly destination?: NodeJS.WritableStream;
  readonly category?: string;
}

/** `json` unless a person is looking: a terminal gets `pretty`, whatever is set explicitly wins. */
export function chooseLogFormat(
  wanted: 'json' | 'pretty' | undefined,
  isTerminal: boolean,
): 'json' | 'pretty' {
  return wanted ?? (isTerminal ? 'pretty' : 'json');
}

export function createLogger(options: LoggerOptions = {}): Logger {
  const levels = options.levels ?? { Default: 'Information' };
  const destination = options.destination ?? process.stdout;
  const render = options.format === 'pretty' ? prettyLine : jsonLine;
  const sink = winston.createLogger({
    levels: Object.fromEntries([...logLevels].reverse().map((level, rank) => [level, rank])),
    level: 'Debug',
    format: winston.format.printf((info) => render(info['record'] as LogRecord)),
    transports: [new winston.transports.Stream({ stream: destination, eol: '\n' })],
  });
  const write = (record: LogRecord): void => {
    sink.log({ level: record.level, message: '', record });
  };
  return categoryLogger(options.category ?? 'Ampora', levels, write);
}

/** A logger that writes nowhere: for specs and for callers that do not care. */
export const silentLogger: Logger = {
  category: 'Silent',
  child: () => silentLogger,
  isEnabled: () => false,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  critical: () => undefined,
};

function categoryLogger(
  category: string,
  levels: Readonly<Record<string, LogLevel>>,
  write: (record: LogRecord) => void,
): Logger {
  // Decided once per category: winston's own check of a disabled level costs microseconds.
  const least = severityOf(levelFor(category, levels));
  const at =
    (level: LogLevel) =>
    (message: string, properties?: LogProperties): void => {
      if (severityOf(level) >= least) write(toRecord(level, category, message, properties));
    };
  return {
    category,
    child: (name) => categoryLogger(name, levels, write),
    isEnabled: (level) => severityOf(level) >= least,
    debug: at('Debug'),
    info: at('Information'),
    warn: at('Warning'),
    error: at('Error'),
    critical: at('Critical'),
  };
}

function levelFor(category: string, levels: Readonly<Record<string, LogLevel>>): LogLevel {
  let prefix = category;
  while (prefix !== '') {
    const level = levels[prefix];
    if (level !== undefined) return level;
    prefix = prefix.slice(0, Math.max(0, prefix.lastIndexOf('.')));
  }
  return levels['Default'] ?? 'Information';
}

function toRecord(level: LogLevel, category: string, message: string, properties?: LogProperties): LogRecord {
  const span = trace.getActiveSpan()?.spanContext();
  const scope = currentLogScope();
  return {
    ...(properties === undefined ? {} : redactProperties(properties)),
    timestamp: new Date().toISOString(),
    level,
    category,
    message: redactText(message),
    ...(span !== undefined && isSpanContextValid(span)
      ? { trace_id: span.traceId, span_id: span.spanId }
      : {}),
    ...(scope?.tenantId === undefined ? {} : { tenant_id: scope.tenantId }),
    ...(scope?.correlationId === undefined ? {} : { correlation_id: scope.correlationId }),
  };
}

function jsonLine(record: LogRecord): string {
  const { timestamp, level, category, message, ...rest } = record;
  return JSON.stringify({ timestamp, level, category, message, ...rest });
}
