import type { LogLevel } from './log-level.ts';
import type { LogRecord } from './log-record.ts';

const RESET = '\u001b[0m';
const DIM = '\u001b[2m';

const tags: Readonly<Record<LogLevel, string>> = {
  Debug: `${DIM}debug${RESET}`,
  Information: `\u001b[36minfo ${RESET}`,
  Warning: `\u001b[33mwarn ${RESET}`,
  Error: `\u001b[31merror${RESET}`,
  Critical: `\u001b[41;97mCRIT ${RESET}`,
};

/** One log record for a person at a terminal: local time, level, message, then the properties, dimmed. */
export function prettyLine(record: LogRecord): string {
  const { timestamp, level, category, message, ...properties } = record;
  const time = new Date(timestamp).toTimeString().slice(0, 8);
  const details = Object.entries(properties)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? printable(value) : showValue(value)}`)
    .join(' ');
  return `${DIM}${time}${RESET} ${tags[level]} ${printable(message)} ${DIM}${details}${details === '' ? '' : ' '}(${category})${RESET}`;
}

function showValue(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'stack' in value && typeof value.stack === 'string') {
    return value.stack
      .split('\n')
      .map((line) => `\n  ${printable(line)}`)
      .join('');
  }
  return printable(JSON.stringify(value) ?? 'undefined');
}

/** What agents report may hold terminal commands; a terminal must never see them. */
function printable(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
