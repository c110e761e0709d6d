import { type AvailableComponents, explainFailure, type Finding } from '@ampora/collector-config';
import type { ContentReader } from '../engine/content-reader.ts';

const shownFindings = 20;
const rememberedAnswers = 1_000;

export interface Refusal {
  readonly contentHash: string;
  /** What the agent said; may be empty. */
  readonly statusText: string;
  /** The components of the agent's build, when it has told them. */
  readonly componentsContentHash: string | null;
}

/**
 * Our own findings on a configuration that an agent refused; agents often give no reason. Remembered, since a bad
 * configuration is refused by many agents in the same words.
 */
export function createRejectionExplainer(
  contents: ContentReader,
): (refusal: Refusal) => Promise<readonly Finding[]> {
  const remembered = new Map<string, readonly Finding[]>();
  return async ({ contentHash, statusText, componentsContentHash }) => {
    const key = `${contentHash}:${componentsContentHash ?? ''}:${statusText}`;
    const known = remembered.get(key);
    if (known) return known;
    const assignedText = await contents.read(contentHash);
    if (assignedText === null) return [];
    const build = componentsContentHash === null ? null : await contents.read(componentsContentHash);
    const availableComponents = build === null ? undefined : componentsOf(build);
    const findings = explainFailure({
      statusText,
      assignedText,
      ...(availableComponents ? { availableComponents } : {}),
    }).slice(0, shownFindings);
    remembered.set(key, findings);
    if (remembered.size > rememberedAnswers) {
      const [oldest] = remembered.keys();
      if (oldest !== undefined) remembered.delete(oldest);
    }
    return findings;
  };
}

/** The stored component list: kind → types, as the edge writes it. */
function componentsOf(body: string): AvailableComponents {
  const kinds = JSON.parse(body) as Readonly<
    Record<string, { readonly components?: Readonly<Record<string, unknown>> }>
  >;
  return Object.fromEntries(Object.entries(kinds).map(([kind, { components = {} }]) => [kind, components]));
}
