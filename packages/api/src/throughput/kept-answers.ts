/** Most answers that are kept at a time; the oldest go. */
const MOST_KEPT = 1_000;

/** Answers that are dear to compute and may be a little old. Who asks meanwhile waits for the same one. */
export class KeptAnswers<Answer> {
  readonly #keptMs: number;
  readonly #answers = new Map<string, { readonly untilMs: number; readonly answer: Promise<Answer> }>();

  constructor(keptMs: number) {
    this.#keptMs = keptMs;
  }

  async of(key: string, compute: () => Promise<Answer>, nowMs = Date.now()): Promise<Answer> {
    const known = this.#answers.get(key);
    if (known && known.untilMs > nowMs) return known.answer;
    const answer = compute();
    this.#answers.delete(key);
    this.#answers.set(key, { untilMs: nowMs + this.#keptMs, answer });
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > MOST_KEPT && oldest !== undefined) this.#answers.delete(oldest);
    try {
      return await answer;
    } catch (error) {
      if (this.#answers.get(key)?.answer === answer) this.#answers.delete(key);
      throw error;
    }
  }
}
