import { EventLogMisconfigured, EventLogUnavailable } from '@ampora/application/ports';

/** What an error from PostgreSQL or the way to it means for whoever asked. */
export type PostgresFailure = 'unavailable' | 'misconfigured' | 'refused';

/** Classes and codes of SQLSTATE after which the same statement may succeed: connection, resources, operator, rollback. */
const passing = /^(08|53|57|58|40|55P03|25006)/;
const misconfigured = /^(28|3D000|3F000|42P01|42883|42501|42704|42703)/;
/** Settings that no waiting mends, as Node's sockets and TLS report them. */
const misconfiguredAtSocket =
  /^(EACCES|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|ERR_INVALID_URL|HOSTNAME_MISMATCH)/;

export function classifyPostgresError(error: unknown): PostgresFailure {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string') {
    const message = error instanceof Error ? error.message : '';
    return /SASL|does not support SSL/.test(message) ? 'misconfigured' : 'unavailable';
  }
  if (misconfigured.test(code) || misconfiguredAtSocket.test(code)) return 'misconfigured';
  // An SQLSTATE has a digit; EPIPE, which also has five letters, has none.
  if (/^(?=.*\d)[0-9A-Z]{5}$/.test(code) && !passing.test(code)) return 'refused';
  return 'unavailable';
}

const remedies: readonly (readonly [RegExp, string])[] = [
  [/^28/, 'check user and password in the connection string'],
  [/^3D000/, 'create the database or name another in the connection string'],
  [/^(3F000|42P01|42883|42703)/, 'run the event log migration against this database first'],
  [/^42501/, 'grant the user the rights to the event log schema'],
  [/^ENOTFOUND/, 'check the host name in the connection string'],
];

/** The port's error for a failure, with the cause and, where one is known, the remedy. */
export function eventLogUnavailable(error: unknown, what: string): Error {
  if (error instanceof EventLogUnavailable || error instanceof EventLogMisconfigured) return error;
  const reason = error instanceof AggregateError ? error.errors.map(String).join('; ') : String(error);
  const failure = classifyPostgresError(error);
  if (failure === 'refused') return error instanceof Error ? error : new Error(`${what}: ${reason}`);
  const code = String((error as { code?: unknown } | null)?.code ?? '');
  const remedy = remedies.find(([pattern]) => pattern.test(code))?.[1];
  const text = `${what}: ${reason}${remedy ? ` - ${remedy}` : ''}`;
  if (failure === 'misconfigured') return new EventLogMisconfigured(text, { cause: error });
  return new EventLogUnavailable(text, { cause: error });
}
