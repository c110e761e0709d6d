import type { AgentRow, Client, Facets } from '@ampora/api-contract';
import { changedRows } from './changed-rows.ts';

interface LoadedPage {
  readonly cursor: string | null;
  readonly items: readonly AgentRow[];
  readonly next: string | null;
}

export interface FirstPage {
  readonly items: readonly AgentRow[];
  readonly next: string | null;
}

export const pageSize = 100;
const jumpPageSize = 500;
const highlightMs = 1_800;

/**
 * The rows of one query: pages are fetched one after another as they come into view (a cursor knows only what follows
 * it), and fetched again, in place, when something in view has changed.
 */
export class FleetRows {
  readonly #api: Client;
  readonly #parameters: Record<string, string>;
  #pages = $state.raw<readonly LoadedPage[]>([]);
  #facets = $state.raw<Facets>({ total: 0, facets: {} });
  #changed = $state.raw<readonly string[]>([]);
  #failed = $state.raw<unknown>(null);
  #wanted = 0;
  #loading = false;
  readonly #items = $derived(this.#pages.flatMap(({ items }) => items));

  constructor(api: Client, parameters: Record<string, string>, first: FirstPage, facets: Facets) {
    this.#api = api;
    this.#parameters = parameters;
    this.#pages = [{ cursor: null, ...first }];
    this.#facets = facets;
  }

  /** Rows that the query has, loaded or not. */
  get total(): number {
    return this.#pages.at(-1)?.next === null
      ? this.#items.length
      : Math.max(this.#facets.total, this.#items.length + 1);
  }

  get loaded(): readonly AgentRow[] {
    return this.#items;
  }

  get facets(): Facets {
    return this.#facets;
  }

  /** Whether the agent's row has just changed. */
  hasChanged(id: string): boolean {
    return this.#changed.includes(id);
  }

  /** Why rows are missing, when a page could not be fetched. */
  get failed(): unknown {
    return this.#failed;
  }

  at(index: number): AgentRow | undefined {
    return this.#items[index];
  }

  shows(agents: readonly string[], first: number, end: number): boolean {
    return this.#items.slice(first, end).some(({ id }) => agents.includes(id));
  }

  /** Fetches until the row before `end` is there. */
  async reach(end: number): Promise<void> {
    this.#wanted = Math.max(this.#wanted, Math.min(end, this.total));
    if (this.#loading) return;
    this.#loading = true;
    try {
      while (this.#items.length < this.#wanted) {
        const last = this.#pages.at(-1);
        if (!last || last.next === null) break;
        const gap = this.#wanted - this.#items.length;
        const page = await this.#fetch(last.next, gap > pageSize ? jumpPageSize : pageSize);
        // Another answer may have replaced the last page meanwhile: then its own cursor goes on.
        if (this.#pages.at(-1) === last) this.#pages = [...this.#pages, page];
      }
      this.#failed = null;
    } catch (cause) {
      this.#failed = cause;
    } finally {
      this.#wanted = 0;
      this.#loading = false;
    }
  }

  /** Fetches the pages in view again. Pages after one whose end has moved are dropped, and fetched when needed. */
  async refresh(first: number, end: number): Promise<void> {
    let start = 0;
    for (const page of this.#pages) {
      const pageEnd = start + page.items.length;
      if (start < end && pageEnd > first) await this.#refreshPage(page);
      start = pageEnd;
      if (start >= end) break;
    }
    if (this.#pages.length === 1 && this.#items.length === 0) await this.#refreshPage(this.#pages[0]);
  }

  async refreshFacets(): Promise<void> {
    this.#facets = await this.#api('getAgentFacets', { query: this.#parameters });
  }

  async #refreshPage(page: LoadedPage | undefined): Promise<void> {
    if (page === undefined) return;
    const fresh = await this.#fetch(page.cursor, Math.max(page.items.length, pageSize));
    const index = this.#pages.indexOf(page);
    if (index === -1) return;
    const changed = changedRows(page.items, fresh.items);
    const after = fresh.next === page.next ? this.#pages.slice(index + 1) : [];
    this.#pages = [...this.#pages.slice(0, index), fresh, ...after];
    if (changed.length > 0) this.#highlight(changed);
  }

  #highlight(ids: readonly string[]): void {
    this.#changed = [...this.#changed, ...ids];
    setTimeout(() => {
      this.#changed = this.#changed.slice(ids.length);
    }, highlightMs);
  }

  async #fetch(cursor: string | null, limit: number): Promise<LoadedPage> {
    const query = { ...this.#parameters, limit, ...(cursor === null ? {} : { cursor }) };
    const { items, next } = await this.#api('listAgents', { query });
    return { cursor, items, next };
  }
}
