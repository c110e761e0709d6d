import { SvelteMap } from 'svelte/reactivity';
import type { AgentRow } from '@ampora/api-contract';

/** Who is meant: agents one by one, or all that match a filter, also those that no page has loaded. */
export type Selected =
  { readonly agents: ReadonlyMap<string, string> } | { readonly filter: Readonly<Record<string, string>> };

/** The agents that are chosen in a table. */
export class Selection {
  readonly #agents = new SvelteMap<string, string>();
  #filter = $state.raw<Readonly<Record<string, string>> | null>(null);

  get selected(): Selected {
    return this.#filter === null ? { agents: this.#agents } : { filter: this.#filter };
  }

  /** Those chosen one by one. */
  get count(): number {
    return this.#agents.size;
  }

  get isAll(): boolean {
    return this.#filter !== null;
  }

  get isEmpty(): boolean {
    return this.#filter === null && this.#agents.size === 0;
  }

  has(id: string): boolean {
    return this.#filter !== null || this.#agents.has(id);
  }

  /** Choosing one after all were chosen begins anew: all but one is not a thing that can be asked for. */
  toggle(rows: readonly Pick<AgentRow, 'id' | 'displayName'>[], chosen: boolean): void {
    this.#filter = null;
    for (const { id, displayName } of rows) {
      if (chosen) this.#agents.set(id, displayName);
      else this.#agents.delete(id);
    }
  }

  all(filter: Readonly<Record<string, string>>): void {
    this.#agents.clear();
    this.#filter = filter;
  }

  clear(): void {
    this.#agents.clear();
    this.#filter = null;
  }
}
