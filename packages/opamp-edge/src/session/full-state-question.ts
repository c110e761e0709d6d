import { type AgentToServer, encodeServerToAgent, ServerToAgentFlag } from '@ampora/opamp-protocol';
import { TokenBucket } from '../connection/token-bucket.ts';
import type { Doubt } from '../outbound/remote-config.ts';
import type { AgentConnection } from './agent-connection.ts';
import { beginsAnew, isFullReport } from './full-state.ts';
import type { FullStatePace, OwedQuestion } from './full-state-pace.ts';

export interface FullStateQuestionOptions {
  readonly fullState: FullStatePace;
  /** What an agent may take to answer before it is served on what is known. */
  readonly statusTimeoutMs: number;
}

/** A timer this late was kept waiting by other work. */
const STALLED_MS = 250;

/**
 * Whether one agent is to be asked for everything, and what may not be done before it has answered. A question is open until a full report
 * comes: one that was lost with its connection is asked again on the next. Bounded per agent (it may never send what it promised) and, by the
 * pace, over all agents.
 */
export class FullStateQuestion {
  readonly #options: FullStateQuestionOptions;
  /** `claimed`: an answer that carries it waits to be sent. */
  #phase: 'none' | 'owed' | 'claimed' | 'asked' = 'none';
  /** Offers that wait for the answer. */
  doubt: Doubt = 'none';
  #untilMs = Infinity;
  #budget: TokenBucket | undefined = undefined;

  constructor(options: FullStateQuestionOptions) {
    this.#options = options;
  }

  get isOwed(): boolean {
    return this.#phase === 'owed';
  }

  /** When the agent has had its time, in milliseconds since the epoch; Infinity while nothing waits for that. */
  get dueMs(): number {
    return this.doubt !== 'none' && this.#phase === 'asked' ? this.#untilMs : Infinity;
  }

  /** Asked, and the answer may still come. */
  isPending(nowMs: number): boolean {
    return this.#phase === 'claimed' || (this.#phase === 'asked' && nowMs < this.#untilMs);
  }

  /** Questions of any kind that this agent is asked: a few at once, then one in twenty seconds. */
  takeBudget(nowMs: number): boolean {
    this.#budget ??= new TokenBucket(1 / 20, 3, nowMs);
    return this.#budget.take(nowMs);
  }

  /** What is remembered comes from the log alone: an offer or its answer may be missing there. */
  startFromLog(): void {
    this.#phase = 'none';
    this.doubt = 'all';
  }

  /** Another connection: the last offer may have been lost with the old one, and so may a question. */
  onNewConnection(offerUnanswered: boolean): void {
    if (this.#phase === 'claimed' || this.#phase === 'asked') this.#phase = 'owed';
    if (offerUnanswered) this.doubtLastOffer();
  }

  doubtLastOffer(): void {
    if (this.doubt === 'none') this.doubt = 'last-offer';
  }

  /** A message was taken in: it may be the answer. What was on its way before the question is not. */
  heard(message: AgentToServer): void {
    const isFull = isFullReport(message);
    if (message.remoteConfigStatus || isFull || beginsAnew(message)) this.doubt = 'none';
    if (isFull) this.#phase = 'none';
  }

  /** True when the answer at hand is to carry the question; otherwise it will be asked when there is room. */
  claim(session: OwedQuestion, nowMs: number): boolean {
    const { fullState } = this.#options;
    this.#phase = 'owed';
    if (!this.takeBudget(nowMs)) return false;
    if (!fullState.mayAsk(nowMs)) {
      fullState.owe(session);
      return false;
    }
    this.#phase = 'claimed';
    fullState.forget(session);
    return true;
  }

  /** To be asked though the agent says nothing. */
  owe(session: OwedQuestion, nowMs: number): void {
    if (this.isPending(nowMs) || this.isOwed) return;
    this.#phase = 'owed';
    if (this.takeBudget(nowMs)) this.#options.fullState.owe(session);
  }

  /** The answer that carries it is on its way: from now on the agent can know. */
  sent(nowMs: number): void {
    if (this.#phase === 'claimed') this.#asked(nowMs);
  }

  /** Its turn has come, without a message to answer. False when it could not be sent. */
  askUnprompted(connection: AgentConnection, instanceUid: Uint8Array, nowMs: number): boolean {
    if (this.#phase !== 'owed') return false;
    const head = encodeServerToAgent({ instanceUid, flags: ServerToAgentFlag.ReportFullState });
    if (!connection.push({ head })) return false;
    this.#asked(nowMs);
    return true;
  }

  /**
   * True when the time to answer has just run out: then what is known has to do. Noticed late, it is given again: this process stood still, and
   * the answer may be waiting to be read.
   */
  expire(nowMs: number): boolean {
    const { dueMs } = this;
    if (dueMs > nowMs) return false;
    if (nowMs - dueMs > STALLED_MS) {
      this.#untilMs = nowMs + this.#options.statusTimeoutMs;
      return false;
    }
    this.doubt = 'none';
    return true;
  }

  #asked(nowMs: number): void {
    this.#phase = 'asked';
    this.#untilMs = nowMs + this.#options.statusTimeoutMs;
  }
}
