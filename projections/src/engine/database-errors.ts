interface DatabaseError {
  readonly code?: unknown;
}

function sqlStateOf(error: unknown): string | undefined {
  const code = (error as DatabaseError | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** The values are at fault (too long, out of range, a broken constraint): trying again cannot help. */
export function isDataError(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state !== undefined && (state.startsWith('22') || state.startsWith('23'));
}

/** A statement waited too long for a lock. */
export function isLockTimeout(error: unknown): boolean {
  return sqlStateOf(error) === '55P03';
}

/** The tables are not as this code expects them: somebody dropped or changed them by hand. */
export function isShapeError(error: unknown): boolean {
  return sqlStateOf(error)?.startsWith('42') ?? false;
}
