/**
 * Where an event stands in the log. Opaque and comparable; never counted: PostgreSQL's positions are dense,
 * EventStoreDB's are byte offsets. In JSON a position is a decimal string.
 */
export type Position = bigint;

/** Before the first event: reading or subscribing from here yields the whole log. */
export const START: Position = 0n;

/** Later than any event: the upper bound of a state that still holds (the largest bigint PostgreSQL can store). */
export const END_OF_TIME: Position = 9223372036854775807n;

/** Reads a position from its decimal text; `undefined` when the text is not one. */
export function parsePosition(text: string): Position | undefined {
  if (!/^\d{1,19}$/.test(text)) return undefined;
  const position = BigInt(text);
  return position <= END_OF_TIME ? position : undefined;
}
