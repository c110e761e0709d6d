import { type RecordedEvent, Rejection } from '@ampora/kernel';
import { uuidFrom } from './stamp-events.ts';

/** Half of a UUID: eight bytes and the hyphens between them. */
const half = 18;

/**
 * The id of a command that its caller may send again: the first half follows from the caller's key, the second from
 * what was asked for. Events carry it as their cause, so that a stream knows its keys and what each was used for.
 */
export function commandIdOf(key: string, request: string): string {
  return uuidFrom(`command:${key}`).slice(0, half) + uuidFrom(`request:${request}`).slice(half);
}

/** What the ids of all commands under one key have in common: things that a command makes are named by it. */
export function keyOf(commandId: string): string {
  return commandId.slice(0, half);
}

/** The id of one step of a command that takes several, under the same rules. */
export function stepOf(commandId: string, step: string): string {
  return uuidFrom(`${keyOf(commandId)}:${step}`).slice(0, half) + commandId.slice(half);
}

/** Refuses a command whose key was used in this stream for something else. Rejects with `request/idempotency-key-reused`. */
export function refuseReusedKey(stored: readonly RecordedEvent[], commandId: string): void {
  const key = keyOf(commandId);
  const other = stored.find(
    ({ metadata: { causationId } }) => causationId?.startsWith(key) === true && causationId !== commandId,
  );
  if (!other) return;
  throw new Rejection(
    'request/idempotency-key-reused',
    'This Idempotency-Key was used for another request before. Send what you sent then, or take a new key.',
    { position: String(other.position) },
  );
}
