import type { ProjectionKey } from './bookkeeping.ts';
import type { Member } from './member.ts';

/** Every projection of this process, and the rebuilds beside them. */
export class Members {
  readonly live: readonly Member[];
  readonly #shadows = new Map<Member, Member>();

  constructor(live: readonly Member[]) {
    this.live = live;
  }

  all(): readonly Member[] {
    return [...this.live, ...this.#shadows.values()];
  }

  find({ name, version, slot }: ProjectionKey): Member | undefined {
    const live = this.live.find(({ writer: { key } }) => key.name === name && key.version === version);
    return slot === 'live' || !live ? live : this.#shadows.get(live);
  }

  /** Whose place a rebuild is to take. */
  liveOf(shadow: Member): Member | undefined {
    const { name, version } = shadow.writer.key;
    return this.find({ name, version, slot: 'live' });
  }

  addShadow(live: Member, shadow: Member): void {
    this.#shadows.set(live, shadow);
  }

  removeShadow(shadow: Member): void {
    const live = this.liveOf(shadow);
    if (live && this.#shadows.get(live) === shadow) this.#shadows.delete(live);
  }
}
