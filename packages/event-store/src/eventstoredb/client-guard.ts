/**
 * The client keeps its pending appends in one table for the whole process and lets two faults out of it: a write that
 * still waited when the connection broke rejects a promise nobody holds, and an answer that comes after such a break
 * throws in an event handler. Both would end the process, although the append itself was rejected and is tried again.
 */
const CLIENT_FRAME = /[\\/]@eventstore[\\/]db-client[\\/]dist[\\/]/;
const APPEND_FRAME = /[\\/]@eventstore[\\/]db-client[\\/]dist[\\/]streams[\\/]appendToStream[\\/]batchAppend/;

/** A rejection that leaked from a broken connection's write queue. */
export function isLeakedRejection(reason: unknown): boolean {
  if (!(reason instanceof Error)) return false;
  if (CLIENT_FRAME.test(reason.stack ?? '')) return true;
  // What gRPC reports: a status with the metadata of its call.
  const { code, details, metadata } = reason as { code?: unknown; details?: unknown; metadata?: unknown };
  return typeof code === 'number' && typeof details === 'string' && typeof metadata === 'object';
}

/** The answer to an append that was given up already. */
export function isLateAnswer(error: unknown): boolean {
  return (
    error instanceof TypeError && APPEND_FRAME.test((error.stack ?? '').split('\n').slice(0, 3).join('\n'))
  );
}

/** Keeps the two from ending the process; everything else goes its usual way. Returns what takes the guard off. */
export function guardAgainstClientFaults(): () => void {
  const onRejection = (reason: unknown): void => {
    if (isLeakedRejection(reason) || process.listenerCount('unhandledRejection') > 1) return;
    throw reason;
  };
  const onException = (error: unknown): void => {
    if (isLateAnswer(error) || process.listenerCount('uncaughtException') > 1) return;
    // Nobody else is there to take it: step aside and let it end the process as it would have.
    takeOff();
    setImmediate(() => {
      throw error;
    });
  };
  const takeOff = (): void => {
    process.removeListener('unhandledRejection', onRejection);
    process.removeListener('uncaughtException', onException);
  };
  process.on('unhandledRejection', onRejection);
  process.on('uncaughtException', onException);
  return takeOff;
}
