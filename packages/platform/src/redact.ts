const REDACTED = '[redacted]';
const MAX_DEPTH = 8;
const MAX_ITEMS = 100;
const MAX_TEXT = 8192;

/** A key whose letters contain one of these holds a secret, whatever its value looks like. */
const secretKey =
  /authorization|cookie|token|passw|passphrase|pwd|secret|privatekey|apikey|masterkey|credential|clientkey|signature/;

/** Keys that look secret and are not: they count or name things. */
const harmlessKey = /^(tokencount|tokens?(total|used)|tokenid|tokenkind|secretsredacted)$/;

/** One cheap look before the real work: most texts hold none of this. */
const suspicious = /:\/\/|passw|pwd|secret|token|bearer|basic |amp-|-----BEGIN/i;

const secretsInText: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, REDACTED],
  [/\bamp-(bs|pat)\.[A-Za-z0-9]+(\.[A-Za-z0-9]+)?/g, REDACTED],
  [/\b(bearer|basic)\s+[A-Za-z0-9+/._~=-]{4,}/gi, `$1 ${REDACTED}`],
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/?#@]*):[^\s/?#]+@/gi, `$1:${REDACTED}@`],
  [
    /\b([a-z_-]*(?:password|passwd|pwd|secret|token)[a-z_-]*)(["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s;&,"']+)/gi,
    `$1$2${REDACTED}`,
  ],
];

/** Masks passwords in connection strings, bearer tokens, Ampora tokens and private keys inside a text. */
export function redactText(text: string): string {
  const shown = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… (${text.length} characters)` : text;
  if (!suspicious.test(shown)) return shown;
  let masked = shown;
  for (const [pattern, replacement] of secretsInText) masked = masked.replace(pattern, replacement);
  return masked;
}

function isSecretKey(key: string): boolean {
  const letters = key.toLowerCase().replace(/[^a-z]/g, '');
  return secretKey.test(letters) && !harmlessKey.test(letters);
}

/**
 * A copy of `value` that JSON can hold and that shows no secret: values under secret-looking keys are replaced whole,
 * texts are masked, errors become their name, message, stack and cause, bytes become their length. Bounded in depth
 * (8), list length (100) and text length (8,192), so a log line stays a line.
 */
export function redact(value: unknown): unknown {
  return copy(value, 0, new Set());
}

/** {@link redact} for the properties of a log line. */
export function redactProperties(properties: object): Record<string, unknown> {
  return copyRecord(properties, 0, new Set());
}

function copy(value: unknown, depth: number, above: Set<object>): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
  if (typeof value !== 'object' || value === null) return value;
  if (above.has(value)) return '[circular]';
  if (depth >= MAX_DEPTH) return '[too deep]';
  above.add(value);
  const copied = copyObject(value, depth, above);
  above.delete(value);
  return copied;
}

function copyObject(value: object, depth: number, above: Set<object>): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof URL) return redactText(value.href);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (value instanceof Error) return copyError(value, depth, above);
  if (value instanceof Map) return copyEntries(value.entries(), depth, above);
  if (Array.isArray(value) || value instanceof Set) return copyList([...value], depth, above);
  return copyRecord(value, depth, above);
}

function copyList(list: readonly unknown[], depth: number, above: Set<object>): unknown[] {
  const items = list.slice(0, MAX_ITEMS).map((item) => copy(item, depth + 1, above));
  if (list.length > MAX_ITEMS) items.push(`… ${list.length - MAX_ITEMS} more`);
  return items;
}

function copyError(error: Error, depth: number, above: Set<object>): Record<string, unknown> {
  return {
    ...copyRecord(error, depth, above),
    name: error.name,
    message: redactText(error.message),
    ...(error.stack === undefined ? {} : { stack: redactText(error.stack) }),
    ...(error.cause === undefined ? {} : { cause: copy(error.cause, depth + 1, above) }),
  };
}

function copyRecord(record: object, depth: number, above: Set<object>): Record<string, unknown> {
  return copyEntries(Object.entries(record), depth, above);
}

function copyEntries(
  entries: Iterable<readonly [unknown, unknown]>,
  depth: number,
  above: Set<object>,
): Record<string, unknown> {
  const copied: Record<string, unknown> = {};
  for (const [key, value] of entries) {
    const name = String(key);
    copied[name] =
      isSecretKey(name) && value !== undefined && value !== null ? REDACTED : copy(value, depth + 1, above);
  }
  return copied;
}
