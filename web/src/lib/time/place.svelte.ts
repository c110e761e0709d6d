import { page } from '$app/state';
import { addressAt, atQuery, type Moment, momentOf, pathAt } from './moment.ts';

/** Where in time the page looks, taken from its address. */
class Place {
  get moment(): Moment {
    return momentOf(page.url.searchParams);
  }

  get isNow(): boolean {
    return this.moment.kind === 'now';
  }

  /** The moment as the address gives it; null is now. */
  get at(): string | null {
    return atQuery(page.url.searchParams).at ?? null;
  }

  /** A link that stays at this moment. */
  path(path: string, query: Record<string, string | number | undefined> = {}): string {
    return pathAt(page.url.searchParams, path, query);
  }

  /** This page at another moment; null is now. */
  here(at: string | null): string {
    return addressAt(page.url, at);
  }
}

export const place = new Place();
