import { EventLogMisconfigured } from '@ampora/application/ports';

const KEEP_ALIVE_MS = 10_000;

/**
 * Checks a connection string and adds what the adapter relies on. Errors never show the string: it holds a password.
 */
export function completeConnectionString(connectionString: string): string {
  const text = connectionString.trim().replace(/\/+$/, '');
  if (!/^esdb(\+discover)?:\/\/[^?]+/.test(text)) {
    throw new EventLogMisconfigured(
      'The EventStoreDB connection string must look like esdb://user:password@host:2113?tls=true (or esdb+discover://…)',
    );
  }
  const question = text.indexOf('?');
  const names = new Set<string>();
  for (const part of question < 0 ? [] : text.slice(question + 1).split('&')) {
    const [name = '', value = ''] = part.split('=');
    const flat = name.toLowerCase().replace(/[_-]/g, '');
    names.add(flat);
    if (flat === 'throwonappendfailure' && value.toLowerCase() === 'false') {
      throw new EventLogMisconfigured(
        'throwOnAppendFailure=false makes the EventStoreDB client report wrong revisions: take it out of the connection string',
      );
    }
  }
  const wanted = [
    ['keepAliveInterval', KEEP_ALIVE_MS],
    ['keepAliveTimeout', KEEP_ALIVE_MS],
  ] as const;
  const added = wanted
    .filter(([name]) => !names.has(name.toLowerCase()))
    .map(([name, value]) => `${name}=${value}`);
  if (added.length === 0) return text;
  return `${text}${question < 0 ? '?' : '&'}${added.join('&')}`;
}
