import { AsyncLocalStorage } from 'node:async_hooks';

/** What every log line of one request or agent message shares. */
export interface LogScope {
  readonly tenantId?: string;
  readonly correlationId?: string;
}

const scopes = new AsyncLocalStorage<LogScope>();

/** Runs `work` so that each line logged inside it carries the scope; an inner scope adds to the outer one. */
export function withLogScope<Result>(scope: LogScope, work: () => Result): Result {
  return scopes.run({ ...scopes.getStore(), ...scope }, work);
}

export function currentLogScope(): LogScope | undefined {
  return scopes.getStore();
}
