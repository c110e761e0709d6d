import type { KnownContent } from './session/session-context.ts';

/** The last so many hashes of stored bodies. Forgetting one costs an append that changes nothing. */
export function createKnownContent(limit = 20_000): KnownContent {
  const known = new Set<string>();
  return {
    has: (contentHash) => known.has(contentHash),
    add: (contentHash) => {
      known.add(contentHash);
      const [oldest] = known;
      if (known.size > limit && oldest !== undefined) known.delete(oldest);
    },
  };
}
