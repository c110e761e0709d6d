/** An agent that named a hash whose list was not known. */
export interface WaitingForComponents {
  componentsKnown(componentsHash: string, contentHash: string): void;
}

/** Component lists by the hash that agents made of them: asked for once, whichever agent answers. Bounded; the oldest go. */
export class AvailableComponentsIndex {
  readonly #contentOf = new Map<string, string>();
  readonly #asked = new Map<string, { atMs: number; readonly waiting: Set<WaitingForComponents> }>();

  contentOf(componentsHash: string): string | null {
    return this.#contentOf.get(componentsHash) ?? null;
  }

  /** Now the list is stored: agents that named its hash before are told. */
  learn(componentsHash: string, contentHash: string): void {
    if (componentsHash === '' || this.#contentOf.has(componentsHash)) return;
    this.#contentOf.set(componentsHash, contentHash);
    dropOldest(this.#contentOf);
    const waiting = this.#asked.get(componentsHash)?.waiting ?? [];
    this.#asked.delete(componentsHash);
    for (const session of waiting) session.componentsKnown(componentsHash, contentHash);
  }

  /** Whether the caller is the one to ask: true once per unknown hash, and again when whoever was asked did not answer. */
  claimQuestion(componentsHash: string, session: WaitingForComponents, nowMs: number): boolean {
    if (componentsHash === '' || this.#contentOf.has(componentsHash)) return false;
    const asked = this.#asked.get(componentsHash);
    if (asked && nowMs - asked.atMs < ANSWER_WITHIN_MS) {
      asked.waiting.add(session);
      return false;
    }
    this.#asked.set(componentsHash, { atMs: nowMs, waiting: asked?.waiting ?? new Set() });
    dropOldest(this.#asked);
    return true;
  }
}

const LIMIT = 4_096;
const ANSWER_WITHIN_MS = 60_000;

function dropOldest(map: Map<string, unknown>): void {
  const [oldest] = map.keys();
  if (map.size > LIMIT && oldest !== undefined) map.delete(oldest);
}
