import type { Logger } from './logger.ts';

export interface ShutdownOptions {
  readonly logger: Logger;
  /** A step that takes longer is left behind and named in the log. */
  readonly stepTimeoutMs?: number;
}

/** What has been started, to be stopped in the opposite order. */
export interface Shutdown {
  readonly requested: boolean;
  /** Aborted as soon as stopping begins; its reason is an Error whose message is the reason to stop. */
  readonly signal: AbortSignal;
  /** Registers how to stop something that has just been started. */
  add(name: string, stop: () => Promise<void> | void, options?: { readonly timeoutMs?: number }): void;
  /** Parts are not stopped before this has settled: a start under way, which heeds `signal`. Waited for as long as for a step. */
  hold(until: Promise<unknown>): void;
  /** Stops everything, last started first. A failing or slow step does not keep the others from stopping. Runs once. */
  run(reason: string): Promise<void>;
}

export function createShutdown({ logger, stepTimeoutMs = 10_000 }: ShutdownOptions): Shutdown {
  const steps: {
    readonly name: string;
    readonly stop: () => Promise<void> | void;
    readonly timeoutMs: number;
  }[] = [];
  const holds: Promise<unknown>[] = [];
  const abort = new AbortController();
  let running: Promise<void> | undefined;

  const stopAll = async (reason: string): Promise<void> => {
    logger.debug('Stopping', { reason });
    abort.abort(new Error(reason));
    for (const until of holds) await bounded(() => until.then(nothing, nothing), stepTimeoutMs);
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      const startedAt = performance.now();
      const outcome = await bounded(step.stop, step.timeoutMs);
      const durationMs = Math.round(performance.now() - startedAt);
      if (outcome === 'late')
        logger.error('A part did not stop in time and is left behind', { part: step.name, durationMs });
      else if (outcome !== 'stopped')
        logger.error('A part failed to stop', { part: step.name, error: outcome.error });
      else logger.debug('Stopped', { part: step.name, durationMs });
    }
    logger.debug('Stopped', { reason });
  };

  return {
    get requested() {
      return running !== undefined;
    },
    signal: abort.signal,
    add(name, stop, options = {}) {
      steps.push({ name, stop, timeoutMs: options.timeoutMs ?? stepTimeoutMs });
    },
    hold(until) {
      holds.push(until);
    },
    run(reason) {
      // Begun a moment later, so that whoever hears of it may ask to stop as well.
      running ??= Promise.resolve().then(() => stopAll(reason));
      return running;
    },
  };
}

export interface SignalOptions {
  /** Called with the exit code when the time has come: 0 after an orderly stop, 128 + signal when asked twice. */
  readonly exit: (code: number) => void;
  readonly process?: Pick<NodeJS.Process, 'on' | 'off'>;
}

const codes = { SIGINT: 130, SIGTERM: 143 } as const;

/** The first SIGINT or SIGTERM stops in order; the second exits at once. Returns how to stop listening. */
export function stopOnSignals(
  shutdown: Shutdown,
  { exit, process: source = process }: SignalOptions,
): () => void {
  let asked = false;
  const listeners = (['SIGINT', 'SIGTERM'] as const).map((name) => {
    const listener = (): void => {
      if (asked) {
        exit(codes[name]);
        return;
      }
      asked = true;
      void shutdown.run(name).finally(() => {
        exit(0);
      });
    };
    source.on(name, listener);
    return [name, listener] as const;
  });
  return () => {
    for (const [name, listener] of listeners) source.off(name, listener);
  };
}

const nothing = (): void => undefined;

async function bounded(
  stop: () => Promise<void> | void,
  timeoutMs: number,
): Promise<'stopped' | 'late' | { readonly error: unknown }> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => {
      resolve('late');
    }, timeoutMs);
  });
  try {
    return await Promise.race([Promise.resolve(stop()).then(() => 'stopped' as const), late]);
  } catch (error) {
    return { error };
  } finally {
    clearTimeout(timer);
  }
}
