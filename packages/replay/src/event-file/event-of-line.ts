import { type JsonObject, parsePosition, type RecordedEvent } from '@ampora/kernel';

/** A line that should be an event and is none. `line` counts from 1. */
export class NotAnEventFile extends Error {
  override readonly name = 'NotAnEventFile';
  readonly line: number;

  constructor(line: number, why: string) {
    super(`Line ${line} is no event of an export: ${why}`);
    this.line = line;
  }
}

const roles = ['Viewer', 'Operator', 'Admin', 'Agent', 'System'] as const;

/**
 * The event of a line of an export (CloudEvents 1.0 in JSON); `undefined` for the lines that prove or frame it, and for
 * empty ones. The reverse of `eventLine`.
 */
export function eventOfLine(text: string, line: number): RecordedEvent | undefined {
  if (text.trim() === '') return undefined;
  const fields = parse(text, line);
  if ('ampora' in fields) return undefined;
  if (fields['specversion'] !== '1.0') throw new NotAnEventFile(line, 'it has no “specversion” 1.0.');
  const take = (name: string): string => {
    const value = fields[name];
    if (typeof value !== 'string') throw new NotAnEventFile(line, `“${name}” is not a text.`);
    return value;
  };
  const optional = (name: string) => (fields[name] === undefined ? undefined : take(name));
  const count = (name: string): number => {
    const value = fields[name];
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
      throw new NotAnEventFile(line, `“${name}” is not a whole number.`);
    return value;
  };
  const position = parsePosition(take('position'));
  if (position === undefined) throw new NotAnEventFile(line, '“position” is not a log position.');
  const recordedAtMs = Date.parse(take('time'));
  if (Number.isNaN(recordedAtMs)) throw new NotAnEventFile(line, '“time” is not a time.');
  const actorRole = roles.find((role) => role === take('actorrole'));
  if (!actorRole) throw new NotAnEventFile(line, '“actorrole” is not a role.');
  const data = fields['data'];
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw new NotAnEventFile(line, '“data” is not an object.');
  const [sourceIp, causationId, traceparent] = [
    optional('sourceip'),
    optional('causationid'),
    optional('traceparent'),
  ];
  return {
    id: take('id'),
    type: take('type'),
    schemaVersion: count('schemaversion'),
    data: data as JsonObject,
    metadata: {
      tenant: take('tenant'),
      actor: take('actor'),
      actorRole,
      ...(sourceIp === undefined ? {} : { sourceIp }),
      correlationId: take('correlationid'),
      ...(causationId === undefined ? {} : { causationId }),
      ...(traceparent === undefined ? {} : { traceparent }),
    },
    streamId: take('subject'),
    revision: count('revision'),
    position,
    recordedAtMs,
  };
}

function parse(text: string, line: number): Readonly<Record<string, unknown>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new NotAnEventFile(line, 'it is not JSON. Is the file cut?');
  }
  if (typeof parsed !== 'object' || parsed === null) throw new NotAnEventFile(line, 'it is not an object.');
  return parsed as Readonly<Record<string, unknown>>;
}
