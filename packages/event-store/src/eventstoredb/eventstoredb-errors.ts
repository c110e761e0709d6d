import { ErrorType, isCommandError, WrongExpectedVersionError } from '@eventstore/db-client';
import { EventLogMisconfigured, EventLogUnavailable } from '@ampora/application/ports';

/**
 * What an error of the client means. `outcome-unknown` is the rule, not the exception: an append that was reported as
 * failed may have been stored, so it is tried again with the same ids and revisions.
 */
export type EventStoreFailure =
  | 'wrong-expected-revision'
  | 'too-large'
  | 'misconfigured'
  | 'refused'
  | 'not-there'
  | 'too-slow'
  | 'outcome-unknown';

const failureOfType: Partial<Record<ErrorType, EventStoreFailure>> = {
  [ErrorType.WRONG_EXPECTED_VERSION]: 'wrong-expected-revision',
  [ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED]: 'too-large',
  [ErrorType.ACCESS_DENIED]: 'misconfigured',
  [ErrorType.INVALID_ARGUMENT]: 'refused',
  [ErrorType.UNSUPPORTED]: 'misconfigured',
  [ErrorType.MISSING_REQUIRED_METADATA_PROPERTY]: 'refused',
  [ErrorType.STREAM_NOT_FOUND]: 'not-there',
  [ErrorType.STREAM_DELETED]: 'not-there',
  [ErrorType.TIMEOUT]: 'too-slow',
};

/** Plain errors of the transport that no waiting mends. */
const certificate = /certificate|self.signed|altnames|ERR_TLS|ERR_SSL|wrong version number/i;
/** gRPC's RESOURCE_EXHAUSTED: a message above what the transport takes. */
const GRPC_RESOURCE_EXHAUSTED = 8;

export function classifyEventStoreError(error: unknown): EventStoreFailure {
  if (!(error instanceof Error)) return 'outcome-unknown';
  if (isCommandError(error)) {
    if (error.code === GRPC_RESOURCE_EXHAUSTED) return 'too-large';
    return (
      failureOfType[error.type] ?? (certificate.test(error.message) ? 'misconfigured' : 'outcome-unknown')
    );
  }
  return certificate.test(error.message) ? 'misconfigured' : 'outcome-unknown';
}

/** The stream's last revision as the port says it: -1 when there is no stream. */
export function actualRevisionOf(error: unknown): number {
  if (!(error instanceof WrongExpectedVersionError)) throw error;
  return typeof error.actualVersion === 'bigint' ? Number(error.actualVersion) : -1;
}

/** Whether an append may be, and must be, tried again with the same ids and revision. */
export function shouldRetryAppend(error: unknown): boolean {
  const failure = classifyEventStoreError(error);
  return failure === 'outcome-unknown' || failure === 'too-slow';
}

function remedyFor(error: unknown): string {
  const message = String(error);
  if (isCommandError(error as Error) && (error as { type?: ErrorType }).type === ErrorType.ACCESS_DENIED) {
    return 'check user and password in the connection string, and that the user may read $all';
  }
  if (certificate.test(message)) return "give the server's CA with tlsCaFile in the connection string";
  if (/Failed to connect|No connection established/.test(message)) {
    return 'check host and port, and that tls in the connection string is what the server speaks';
  }
  return '';
}

/** The port's error for a failure, with the cause and, where one is known, the remedy. */
export function eventStoreUnavailable(error: unknown, what: string): Error {
  if (error instanceof EventLogUnavailable || error instanceof EventLogMisconfigured) return error;
  const remedy = remedyFor(error);
  const text = `${what}: ${error instanceof Error ? error.message : String(error)}${remedy ? ` - ${remedy}` : ''}`;
  switch (classifyEventStoreError(error)) {
    case 'misconfigured':
      return new EventLogMisconfigured(text, { cause: error });
    case 'refused':
    case 'too-large':
      return new Error(text, { cause: error });
    default:
      return new EventLogUnavailable(text, { cause: error });
  }
}
