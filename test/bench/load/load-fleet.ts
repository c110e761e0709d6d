import { decodeServerToAgentFrame } from '@ampora/opamp-protocol';
import { type Change, instanceUidOf } from './agent-frames.ts';
import { LoadAgent } from './load-agent.ts';

export interface ConnectOptions {
  readonly port: number;
  readonly path: string;
  readonly agents: number;
  /** Connections being opened (and greeted) at once. */
  readonly atOnce: number;
  /** Whether each agent reports at once, and counts as connected when that is acknowledged. */
  readonly greet: boolean;
}

export interface ExchangeOptions {
  readonly message: 'heartbeat' | 'report';
  readonly change: Change;
  /** At most; `finish` ends it sooner. */
  readonly seconds: number;
  /** From an answer to the next message. Default 0: as fast as the server answers. */
  readonly pauseMs?: number;
}

export interface Exchanged {
  readonly answered: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Monotonic, in milliseconds, and the same for all processes of a machine. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

const SAMPLES = 2 ** 20;

/** Some agents that do the same together. */
export class LoadFleet {
  readonly #name: string;
  readonly #agents: LoadAgent[] = [];
  #endMs = 0;
  #pushed: Promise<number> | undefined = undefined;
  #lastPush: Buffer | undefined = undefined;

  constructor(name: string) {
    this.#name = name;
  }

  /** Milliseconds until all agents were connected. Agents that were here before come back as themselves. */
  async connect({ agents, atOnce, greet, port, path }: ConnectOptions): Promise<number> {
    for (let index = this.#agents.length; index < agents; index++) {
      const instanceUid = instanceUidOf(this.#name, index);
      this.#agents.push(new LoadAgent({ index, instanceUid, port, path }));
    }
    const startedMs = machineMs();
    await this.#eachOnce((agent, done) => {
      agent.connect(() => {
        if (greet) agent.report('nothing', done);
        else done();
      });
    }, atOnce);
    return machineMs() - startedMs;
  }

  disconnect(): void {
    for (const agent of this.#agents) {
      agent.onFailure = () => undefined;
      agent.disconnect();
    }
  }

  /** Where the server is after a restart; each agent goes on as who it was. */
  moveTo(port: number): void {
    for (const agent of this.#agents) agent.port = port;
  }

  /** Every agent sends the next message when the last one is answered. */
  exchange({ message, change, seconds, pauseMs = 0 }: ExchangeOptions): Promise<Exchanged> {
    const latencies = new Float64Array(SAMPLES);
    const startedMs = performance.now();
    this.#endMs = startedMs + seconds * 1_000;
    let answered = 0;
    let flying = this.#agents.length;
    return new Promise((resolve, reject) => {
      const landed = (): void => {
        if (--flying > 0) return;
        const sorted = latencies.subarray(0, Math.min(answered, SAMPLES)).sort();
        const quantile = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
        const elapsed = (performance.now() - startedMs) / 1_000;
        resolve({ answered, perSecond: answered / elapsed, p50Ms: quantile(0.5), p99Ms: quantile(0.99) });
      };
      for (const agent of this.#agents) {
        agent.onFailure = (reason) => reject(new Error(reason));
        const send = (): void => {
          agent.sentAt = performance.now();
          if (message === 'heartbeat') agent.heartbeat(onAnswer);
          else agent.report(change, onAnswer);
        };
        const onAnswer = (): void => {
          const nowMs = performance.now();
          if (nowMs >= this.#endMs) {
            landed();
            return;
          }
          latencies[answered++ % SAMPLES] = nowMs - agent.sentAt;
          if (pauseMs === 0) send();
          // Spread, so that they do not all come at once.
          else setTimeout(send, pauseMs * (0.5 + Math.random()));
        };
        send();
      }
    });
  }

  /** The running exchange ends with the answers that are on their way. */
  finish(): void {
    this.#endMs = 0;
  }

  /** From now on waits for one message per agent that is at least so large. */
  expectPush(leastBytes: number): void {
    this.#pushed = new Promise((resolve, reject) => {
      let missing = this.#agents.length;
      for (const agent of this.#agents) {
        agent.onFailure = (reason) => reject(new Error(reason));
        agent.onUnasked = (payload) => {
          if (payload.length < leastBytes) return;
          agent.onUnasked = undefined;
          if (--missing > 0) return;
          const atMs = machineMs();
          this.#lastPush = Buffer.from(payload);
          resolve(atMs);
        };
      }
    });
    this.#pushed.catch(() => undefined);
  }

  /** When (machineMs) the last agent had the last byte. */
  async pushed(): Promise<number> {
    if (!this.#pushed) throw new Error('No push is expected');
    return this.#pushed;
  }

  /** Every agent tells that it applied what the last push carried; resolves when all are acknowledged. */
  async reportApplied(): Promise<void> {
    if (!this.#lastPush) throw new Error('Nothing was pushed');
    const hash = decodeServerToAgentFrame(this.#lastPush).remoteConfig?.configHash;
    if (!hash) throw new Error('The push carried no configuration');
    await this.#eachOnce((agent, done) => agent.reportApplied(hash, done), 1_000);
  }

  #eachOnce(act: (agent: LoadAgent, done: () => void) => void, atOnce: number): Promise<void> {
    return new Promise((resolve, reject) => {
      let next = 0;
      let missing = this.#agents.length;
      const begin = (): void => {
        const agent = this.#agents[next++];
        if (!agent) return;
        agent.onFailure = (reason) => reject(new Error(reason));
        act(agent, () => {
          if (--missing === 0) resolve();
          else begin();
        });
      };
      for (let started = 0; started < atOnce; started++) begin();
    });
  }
}
