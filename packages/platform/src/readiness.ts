/** One line of `/health/ready`. */
export interface ReadinessCheck {
  readonly name: string;
  readonly ready: boolean;
  /** Why not, or a remark. Never holds a secret. */
  readonly detail?: string;
}

export interface ReadinessReport {
  readonly ready: boolean;
  readonly checks: readonly ReadinessCheck[];
}

/** Held by the part that knows: it says when it becomes ready and when it stops being so. */
export interface ReadinessSignal {
  ready(detail?: string): void;
  notReady(detail: string): void;
}

/** Asked when someone wants to know; a rejection or a late answer means not ready. */
export type ReadinessProbe = () => Promise<{ readonly ready: boolean; readonly detail?: string }>;

/** What must hold before this process takes work. Empty until its parts sign in; they do so before they start. */
export interface Readiness {
  signal(name: string): ReadinessSignal;
  probe(name: string, probe: ReadinessProbe): void;
  report(): Promise<ReadinessReport>;
}

export interface ReadinessOptions {
  /** A probe that takes longer counts as not ready. */
  readonly probeTimeoutMs?: number;
  /** One answer serves all who ask within this time, so a storm of health checks costs one round of probes. */
  readonly cacheMs?: number;
}

export function createReadiness(options: ReadinessOptions = {}): Readiness {
  const timeoutMs = options.probeTimeoutMs ?? 2000;
  const cacheMs = options.cacheMs ?? 500;
  const signals = new Map<string, ReadinessCheck>();
  const probes = new Map<string, ReadinessProbe>();
  let probing: Promise<readonly ReadinessCheck[]> | undefined;
  let probedAt = Number.NEGATIVE_INFINITY;

  const runProbes = (): Promise<readonly ReadinessCheck[]> => {
    if (probing === undefined || performance.now() - probedAt > cacheMs) {
      probedAt = performance.now();
      probing = Promise.all([...probes].map(([name, probe]) => runProbe(name, probe, timeoutMs)));
    }
    return probing;
  };

  return {
    signal(name) {
      signals.set(name, { name, ready: false, detail: 'starting' });
      return {
        ready: (detail) => {
          signals.set(name, { name, ready: true, ...(detail === undefined ? {} : { detail }) });
        },
        notReady: (detail) => {
          signals.set(name, { name, ready: false, detail });
        },
      };
    },
    probe(name, probe) {
      probes.set(name, probe);
      probing = undefined;
    },
    async report() {
      const probed = await runProbes();
      const checks = [...signals.values(), ...probed];
      return { ready: checks.length > 0 && checks.every((check) => check.ready), checks };
    },
  };
}

async function runProbe(name: string, probe: ReadinessProbe, timeoutMs: number): Promise<ReadinessCheck> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<{ ready: boolean; detail: string }>((resolve) => {
    timer = setTimeout(() => {
      resolve({ ready: false, detail: `no answer within ${timeoutMs} ms` });
    }, timeoutMs);
  });
  try {
    return { name, ...(await Promise.race([probe(), late])) };
  } catch (error) {
    return { name, ready: false, detail: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}
