import type { ComponentHealth, MessageInit } from '@ampora/opamp-protocol';
import type { RunningConfig } from './running-config.ts';

/** What a script says of health; the tree is made from it and from what runs, when it is sent. */
export type HealthState =
  /** Before the Collector has spoken: an empty message. */
  | { readonly is: 'unknown' }
  | { readonly is: 'ok' | 'starting' | 'stopping' }
  /** No Collector runs, and that is as asked. */
  | { readonly is: 'idle' }
  /** The process is down; no tree. */
  | { readonly is: 'down'; readonly error: string }
  /** One component fails and tries again. */
  | { readonly is: 'degraded'; readonly component: string; readonly error: string };

const statusOf = {
  ok: 'StatusOK',
  starting: 'StatusStarting',
  stopping: 'StatusStopping',
  degraded: 'StatusRecoverableError',
} as const;

const nanosPerMs = 1_000_000n;

export interface HealthMoment {
  readonly startedAtMs: number;
  readonly changedAtMs: number;
}

/** The tree as a Collector reports it: `extensions` and `pipeline:<id>`, with the components of each below. */
export function toHealthTree(
  state: HealthState,
  config: RunningConfig,
  moment: HealthMoment,
): MessageInit<ComponentHealth> {
  const statusTimeUnixNano = BigInt(moment.changedAtMs) * nanosPerMs;
  if (state.is === 'unknown') return {};
  if (state.is === 'idle') return { healthy: true, statusTimeUnixNano };
  if (state.is === 'down') return { healthy: false, lastError: state.error, statusTimeUnixNano };

  const status = statusOf[state.is];
  const failing = state.is === 'degraded' ? state.component : undefined;
  const leaf = (name: string): MessageInit<ComponentHealth> =>
    failing === undefined || name === failing
      ? { healthy: state.is === 'ok', status, statusTimeUnixNano, ...errorOf(state) }
      : { healthy: true, status: statusOf.ok, statusTimeUnixNano };
  const branch = (names: readonly string[]): MessageInit<ComponentHealth> => {
    const isHit = failing === undefined ? true : names.includes(failing);
    return {
      healthy: isHit ? state.is === 'ok' : true,
      status: isHit ? status : statusOf.ok,
      statusTimeUnixNano,
      componentHealthMap: Object.fromEntries(names.map((name) => [name, leaf(name)])),
    };
  };
  const parts = Object.entries(config.pipelines).map(
    ([id, names]) => [`pipeline:${id}`, branch(names)] as const,
  );
  const extensions = config.extensions.map((id) => `extension:${id}`);
  return {
    healthy: state.is === 'ok',
    status,
    statusTimeUnixNano,
    startTimeUnixNano: BigInt(moment.startedAtMs) * nanosPerMs,
    ...errorOf(state),
    componentHealthMap: Object.fromEntries([['extensions', branch(extensions)], ...parts]),
  };
}

function errorOf(state: HealthState): { lastError: string } | Record<string, never> {
  return state.is === 'degraded' ? { lastError: state.error } : {};
}
