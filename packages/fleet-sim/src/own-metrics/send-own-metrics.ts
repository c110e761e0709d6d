import type { FleetCounters } from '../fleet-statistics.ts';

/** An agent that has something to say of itself now. */
export interface Reporter {
  /** Where to, and what; undefined when nobody wants it or there is nothing to say. */
  ownMetrics(nowMs: number): { readonly endpoint: string; readonly body: Uint8Array } | undefined;
}

export interface SendOwnMetricsOptions {
  readonly everyMs: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly counters: FleetCounters;
}

const tickMs = 250;
/** More than these under way, and the server is behind: a turn is left out. */
const mostUnderWay = 64;
const timeoutMs = 10_000;

/** Each agent in its turn, evenly over time. Returns how to stop. */
export function sendOwnMetrics(agents: readonly Reporter[], options: SendOwnMetricsOptions): () => void {
  const { everyMs, headers, counters } = options;
  let owed = 0;
  let next = 0;
  let underWay = 0;
  let lastMs = performance.now();
  const send = async (agent: Reporter): Promise<void> => {
    const report = agent.ownMetrics(Date.now());
    if (report === undefined) return;
    underWay++;
    try {
      const answer = await fetch(report.endpoint, {
        method: 'POST',
        headers: { ...headers, 'Content-Type': 'application/x-protobuf' },
        body: new Uint8Array(report.body),
        signal: AbortSignal.timeout(timeoutMs),
      });
      await answer.arrayBuffer();
      if (answer.ok) counters.ownMetricsSent++;
      else counters.error(`metrics/${answer.status}`);
    } catch {
      counters.error('metrics/unreachable');
    } finally {
      underWay--;
    }
  };
  const timer = setInterval(() => {
    const nowMs = performance.now();
    owed = Math.min(agents.length, owed + ((nowMs - lastMs) * agents.length) / everyMs);
    lastMs = nowMs;
    for (; owed >= 1 && underWay < mostUnderWay; owed--) {
      const agent = agents[next++ % agents.length];
      if (agent) void send(agent);
    }
  }, tickMs);
  return () => {
    clearInterval(timer);
  };
}
