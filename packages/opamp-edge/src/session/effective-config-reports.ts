import { type Damping, dueAt, elapse, observe, resumeDamping } from '@ampora/domain';
import { TokenBucket } from '../connection/token-bucket.ts';
import type { EffectiveConfigReport } from '../inbound/effective-config.ts';

const NEW_AT_ONCE = 20;
const NEW_PER_SECOND = 1 / 60;
const TOKEN_MS = 60_000;

/**
 * Which reports of an effective config become facts (X20). New content does at once, as long as an agent does not bring something new all the
 * time: then one a minute does, the newest. One that keeps returning to what it had before is restated at doubling intervals, and when it has
 * settled. What is not stated is answered all the same: of it only the newest is kept.
 */
export class EffectiveConfigReports {
  /** Made with the first change: most agents have one config for long. */
  #damping: Damping | undefined = undefined;
  #budget: TokenBucket | undefined = undefined;
  /** The newest that is not stated. */
  #held: EffectiveConfigReport | undefined = undefined;
  #heldUntilMs = Infinity;

  get dueMs(): number {
    const damped = this.#damping && dueAt(this.#damping);
    return Math.min(damped ?? Infinity, this.#held ? this.#heldUntilMs : Infinity);
  }

  /** The report, when it is to be stated now. `stated`: digest of the last one that was. */
  take(report: EffectiveConfigReport, stated: string, nowMs: number): EffectiveConfigReport | undefined {
    const { digest } = report.command;
    if (!this.#damping && (stated === '' || digest === stated)) return stated === '' ? report : undefined;
    const known = { digest: stated, recent: [stated], episode: null };
    const before = this.#damping ?? resumeDamping(known, nowMs);
    const { damping, statement } = observe(before, digest, nowMs, { leading: true, gather: false });
    this.#damping = damping;
    if (damping === before) return undefined;
    this.#held = undefined;
    if (digest === stated) return undefined;
    this.#budget ??= new TokenBucket(NEW_PER_SECOND, NEW_AT_ONCE, nowMs);
    if (statement && this.#budget.take(nowMs)) return report;
    this.#held = report;
    // What an episode counts, the episode states. What was due and too much waits for its turn.
    this.#heldUntilMs = damping.episode && !statement ? Infinity : nowMs + TOKEN_MS;
    return undefined;
  }

  /** What time has made due. */
  elapse(nowMs: number): EffectiveConfigReport | undefined {
    if (this.dueMs > nowMs) return undefined;
    let isStated = this.#held !== undefined && this.#heldUntilMs <= nowMs && this.#takeToken(nowMs);
    while (this.#damping && (dueAt(this.#damping) ?? Infinity) <= nowMs) {
      const { damping, statement } = elapse(this.#damping, nowMs);
      this.#damping = damping;
      if (statement) isStated = true;
    }
    if (!isStated) return undefined;
    const held = this.#held;
    this.#held = undefined;
    return held;
  }

  /** What was held is asked for again with everything else. */
  discard(): void {
    this.#damping = undefined;
    this.#held = undefined;
  }

  #takeToken(nowMs: number): boolean {
    if (this.#budget?.take(nowMs)) return true;
    this.#heldUntilMs = nowMs + TOKEN_MS;
    return false;
  }
}
