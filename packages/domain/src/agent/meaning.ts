import type { Attribute, HealthNode } from '@ampora/catalogue';
import type { JsonValue } from '@ampora/kernel';

/**
 * What a report means, as text to be compared (or hashed and compared): equal texts, equal meaning. Order that means
 * nothing is taken out, and so is noise: when a status was reported, which process it was, where in memory it died.
 */

/**
 * A health tree. Times are noise, the start time too: a restart shows in the states it goes through, and a Collector
 * that dies every few seconds has a new start time each time and nothing new to say.
 */
export function meaningOfHealth(health: HealthNode): string {
  const parts: string[] = [];
  addHealth(parts, '', health);
  return parts.join('\n');
}

function addHealth(parts: string[], name: string, node: HealthNode): void {
  const { healthy, status, lastError, components } = node;
  parts.push(JSON.stringify([name, healthy, status, meaningOfError(lastError), components.length]));
  const children = components.length < 2 ? components : [...components].sort(byName);
  for (const child of children) addHealth(parts, child.name, child);
}

/** An error text without what differs at each occurrence. Exit codes, ports that someone configured and counts stay. */
export function meaningOfError(text: string): string {
  if (text === '') return '';
  return text
    .slice(0, LONGEST_ERROR)
    .replace(TIMESTAMP, '<time>')
    .replace(UUID, '<id>')
    .replace(HEX_ADDRESS, '<address>')
    .replace(LABELLED_ID, '$1<id>')
    .replace(PEER_PORT, '$1<port>')
    .replace(ELAPSED, '$1<duration>');
}

const LONGEST_ERROR = 4096;
const TIMESTAMP =
  /\b\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?|\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b|\b1\d{9}(?:\d{3}|\d{6}|\d{9})?\b/g;
const UUID = /\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi;
const HEX_ADDRESS = /\b0x[0-9a-f]{4,16}\b/gi;
/** "PID 4711", "pid=4711", "process 4711", "Agent process PID=4711", "goroutine 17", "request id: 99". */
const LABELLED_ID =
  /\b((?:pid|process(?: id)?|goroutine|thread|(?:request|trace|span) ?id)\s*[=:#]?\s*)\(?\d+\)?/gi;
/** The nearer end of a connection: "127.0.0.1:54321->…", and any port above the registered ones. */
const PEER_PORT =
  /((?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:]+\]|localhost):)(?:\d{1,5}(?=\s?->)|(?:49[1-9]\d\d|5\d{4}|6[0-5]\d{3})\b|(?:3276[89]|327[7-9]\d|32[89]\d\d|3[3-9]\d{3}|4\d{4})\b)/gi;
const ELAPSED =
  /\b((?:after|in|took|elapsed:?|uptime:?)\s+)\d+(?:\.\d+)?(?:ns|µs|us|ms|s|m|h)(?:\d+(?:\.\d+)?(?:ms|s|m))*\b/gi;

function byName(left: { readonly name: string }, right: { readonly name: string }): number {
  if (left.name === right.name) return 0;
  return left.name < right.name ? -1 : 1;
}

/** Order of attributes means nothing; the value of each does. */
export function meaningOfDescription(
  identifying: readonly Attribute[],
  nonIdentifying: readonly Attribute[],
): string {
  return `${meaningOfAttributes(identifying)}\n${meaningOfAttributes(nonIdentifying)}`;
}

function meaningOfAttributes(attributes: readonly Attribute[]): string {
  return attributes
    .map(({ key, value }) => `${JSON.stringify(key)}:${canonicalJson(value)}`)
    .sort()
    .join(',');
}

/** JSON with the members of objects in order. */
export function canonicalJson(value: JsonValue): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = value as { readonly [key: string]: JsonValue };
  const texts = Object.keys(members)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(members[key] as JsonValue)}`);
  return `{${texts.join(',')}}`;
}

/** Files by name; a body is represented by its hash. */
export function meaningOfFiles(
  files: readonly { readonly name: string; readonly contentType: string; readonly contentHash: string }[],
): string {
  return [...files]
    .sort(byName)
    .map(({ name, contentType, contentHash }) => JSON.stringify([name, contentType, contentHash]))
    .join('\n');
}
