/**
 * What one message may hold, whatever its size in bytes. Counts are per message, over all its parts, so that no nesting
 * multiplies them. A full status report of a large collector has about 300 components, 100 health nodes and 500 attributes.
 */
export interface DecodeLimits {
  /** Sub-messages inside one another, the message itself not counted; at most 100. Default 64. */
  readonly maxDepth: number;
  /** Fields on the wire, known or not. Bounds the time that one message takes. Default 250,000. */
  readonly maxFields: number;
  /** Entries of maps other than config files: components, health nodes, packages. Default 10,000. */
  readonly maxMapEntries: number;
  /** Attributes and the elements of lists in their values. Default 10,000. */
  readonly maxAttributes: number;
  /** Files of a config map. Default 1,000. */
  readonly maxConfigFiles: number;
  /** Elements of any other list: custom capabilities, headers, cipher suites. Default 1,000. */
  readonly maxListItems: number;
}

export const defaultDecodeLimits: DecodeLimits = Object.freeze({
  maxDepth: 64,
  maxFields: 250_000,
  maxMapEntries: 10_000,
  maxAttributes: 10_000,
  maxConfigFiles: 1_000,
  maxListItems: 1_000,
});

/** The generated decoder refuses what is deeper by itself, with a less helpful error. */
const deepest = 100;

/** The defaults with some changed. Throws RangeError, naming the limit, for anything but a positive integer. */
export function createDecodeLimits(changes: Partial<DecodeLimits> = {}): DecodeLimits {
  const limits = { ...defaultDecodeLimits, ...changes };
  for (const [name, value] of Object.entries(limits)) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`${name} must be a positive integer, but is ${String(value)}.`);
    }
  }
  if (limits.maxDepth > deepest)
    throw new RangeError(`maxDepth must be at most ${deepest}, but is ${limits.maxDepth}.`);
  return Object.freeze(limits);
}
